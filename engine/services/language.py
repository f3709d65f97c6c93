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
    """Write a commented blueprint that validates, and return its file.

    Args:
        path: a file, a name that gets the ending `.yaml`, or a folder that gets a `blueprint.yaml`.

    Raises:
        AlreadyExists: there is such a file.
        InvalidValue: it cannot be written.
    """
    file = _file(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "w", encoding="utf-8") as stream:
            stream.write(catalogue.skeleton(file.name))
    except FileExistsError as error:
        raise AlreadyExists("file", str(file)) from error
    except (OSError, ValueError) as error:
        raise InvalidValue(f"{file} cannot be written: {error}") from error
    return file


def _file(path: Path) -> Path:
    if path.is_dir():
        return path / "blueprint.yaml"
    return path if path.suffix in _ENDINGS else path.with_name(f"{path.name}.yaml")
