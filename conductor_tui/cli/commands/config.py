"""`conductor config`: the file with the user's own wishes for the cockpit."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from conductor_tui.cli import options
from conductor_tui.cli.session import Session, tell
from conductor_tui.cli.words import Argument

FileArgument = Annotated[
    Path | None, Argument(metavar="FILE", help="The file to check; otherwise the one that the cockpit reads.")
]


def path(session: Session, json: options.JsonOption = False) -> None:
    """Print where the config file is looked for.

    $CONDUCTOR_CONFIG names another one.
    """
    from conductor_tui.config import config_path

    if json:
        session.out.json({"path": config_path()})
    else:
        session.out.line(config_path())


def show(session: Session, json: options.JsonOption = False) -> None:
    """Print what the config file sets.

    What it leaves out is printed with its default.
    """
    from conductor_tui.config import config_path, load

    found = {name.replace("_", "-"): value for name, value in asdict(load(config_path())).items()}
    if json:
        session.out.json(found)
        return
    keys = found.pop("keys")
    for name, value in found.items():
        session.out.line(f"{name} = {_written(value)}")
    for action, given in sorted(keys.items()):
        session.out.line(f'keys."{action}" = {_written(" ".join(given))}')


def validate(session: Session, file: FileArgument = None, json: options.JsonOption = False) -> None:
    """Check a config file.

    Every mistake is told with its line and with what was probably meant.
    """
    from conductor_tui.config import config_path, load
    from engine.domain.errors import NotFound

    checked = file or config_path()
    if not checked.exists():
        raise NotFound("config file", str(checked), "without one every setting has its default")
    load(checked)
    tell(session, f"{checked} is in order.", {"path": str(checked), "valid": True}, is_json=json)


def _written(value: object) -> str:
    """Return a value as TOML writes it."""
    if value is None:
        return '""  (the one chosen last with T)'
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'
