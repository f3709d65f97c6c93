"""Which environment a script gets: little of the worker's, and inputs under safe names only."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from engine.domain.json import Json, JsonObject
from engine.sdk.errors import NonRecoverableError

KEPT = frozenset({"PATH", "HOME", "LANG", "TMPDIR", "TZ", "USER", "LOGNAME", "SHELL"})
KEPT_PREFIXES = ("LC_", "CTX_", "CONDUCTOR_")
REFUSED = frozenset({"BASH_ENV", "ENV", "IFS"})
REFUSED_PREFIXES = ("LD_", "PYTHON")
LONGEST = 32 * 1024
"""Bytes; a longer value is written to a file, which `<NAME>_FILE` names."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def environment(parent: Mapping[str, str], inputs: JsonObject, own: JsonObject, folder: Path) -> dict[str, str]:
    """Return the environment of a script; `own` is what its process settings add, which wins.

    Raises:
        NonRecoverableError: a name would change how programs are loaded, or a value cannot be passed.
    """
    kept = {name: value for name, value in parent.items() if name in KEPT or name.startswith(KEPT_PREFIXES)}
    kept.setdefault("TMPDIR", str(folder.parent))
    for name, value in {**inputs, **own}.items():
        if not _NAME.fullmatch(name) and name not in own:
            continue
        _require_safe(name)
        kept.update(_entry(name, encode(value), folder))
    return kept


def encode(value: Json) -> str:
    """Return a value as scripts read it: structures and truth values as JSON, anything else as text."""
    return json.dumps(value) if isinstance(value, dict | list | bool) else str(value)


def with_commands(variables: dict[str, str], commands: Path, python: str) -> dict[str, str]:
    """Return the environment with the `ctx` command on its path, and Python behind everything else."""
    path = os.pathsep.join([str(commands), variables.get("PATH", os.defpath), str(Path(python).parent)])
    return variables | {"PATH": path}


def _require_safe(name: str) -> None:
    if name in REFUSED or name.startswith(REFUSED_PREFIXES) or not _NAME.fullmatch(name):
        raise NonRecoverableError(
            f"a script cannot get `{name}` in its environment, because it would change how programs are run; "
            "give the input another name"
        )


def _entry(name: str, text: str, folder: Path) -> dict[str, str]:
    if "\0" in text:
        raise NonRecoverableError(f"the value of `{name}` contains a NUL character, which no environment can hold")
    if len(text.encode(errors="surrogateescape")) <= LONGEST:
        return {name: text}
    file = folder / f"input-{name}"
    file.write_text(text)
    return {f"{name}_FILE": str(file)}
