"""What helps somebody who writes a blueprint before there is one: the functions there are, and a first file."""

import os
from pathlib import Path

from engine.domain.errors import AlreadyExists, InvalidValue
from engine.dsl import catalogue
from engine.dsl.extensions import ensure_extensions

_ENDINGS = frozenset({".yaml", ".yml"})


def functions() -> tuple[catalogue.FunctionEntry, ...]:
    """Return every function that a blueprint may call, those of installed packages included."""
    ensure_extensions()
    return catalogue.functions()


def write_skeleton(path: Path) -> Path:
    """Write a commented blueprint that validates, and return its main file; nothing that exists is written over.

    Args:
        path: a folder, which is made if need be, or a file with the ending `.yaml`. What is uploaded is a folder, so
            a name means a folder of its own.

    Raises:
        AlreadyExists: there is a file already that would be written; then none is.
        InvalidValue: it cannot be written.
    """
    files = _files(path)
    try:
        for file in files:
            if file.is_symlink() or file.exists():
                raise AlreadyExists("file", str(file))
        for file, text in files.items():
            _write(file, text)
    except FileExistsError as error:
        raise AlreadyExists("file", str(error.filename or path)) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InvalidValue(f"{path} cannot be written: {reason}") from error
    return list(files)[-1]


def _files(path: Path) -> dict[Path, str]:
    """Return what is to be written, the main file last."""
    if path.suffix in _ENDINGS and not path.is_dir():
        return {path: catalogue.skeleton_file(path.name)}
    name = path.name or path.resolve().name
    return {path / file: text for file, text in catalogue.skeleton_folder(name).items()}


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    mode = 0o777 if text.startswith("#!") else 0o666
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as stream:
        stream.write(text)
