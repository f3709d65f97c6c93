"""Opening the cockpit from the command line, and what is said when it has closed."""

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from conductor_tui import config, state
from conductor_tui.app import Cockpit
from conductor_tui.calledby import called, command_for
from conductor_tui.context import Context
from conductor_tui.facade import Facade
from conductor_tui.glyphs import ASCII, UNICODE, Glyphs
from conductor_tui.sitting import Sitting
from conductor_tui.terminal import leave
from conductor_tui.web import is_page

STATE_FILE = "cockpit.json"


def glyphs_for(environ: Mapping[str, str], encoding: str, *, is_plain: bool = False) -> Glyphs:
    """Return the signs that the terminal can show; CONDUCTOR_ASCII=1 or the config file asks for plain ones."""
    if is_plain or environ.get("CONDUCTOR_ASCII") or "utf" not in encoding.lower():
        return ASCII
    return UNICODE


def run(
    facade: Facade,
    *,
    name: str = "",
    home: Path | None = None,
    execution_id: str | None = None,
    starts_engine: bool = True,
    is_read_only: bool = False,
) -> int:
    """Show the cockpit until the user leaves it; return the exit code.

    `name` is what the status line calls the state directory; `home` is where the cockpit remembers its state, None
    nowhere; `execution_id` opens that execution first.

    Raises:
        ConfigInvalid: the config file says what cannot be.
    """
    sitting = seated(home, is_read_only=is_read_only)
    context = Context(
        facade=facade,
        clock=lambda: datetime.now(UTC),
        name=name,
        again=command_for(home) if home else called(sys.argv[0], Path.cwd()),
        glyphs=glyphs_for(os.environ, sys.stdout.encoding or "", is_plain=sitting.config.ascii),
        starts_engine=starts_engine,
        sitting=sitting,
    )
    cockpit = Cockpit(context, execution_id=execution_id)
    said = cockpit.run(mouse=sitting.config.mouse)
    sitting.keep()
    if cockpit.crash is not None:
        raise cockpit.crash
    if said and not is_page():
        sys.stdout.write(f"{said}\n")
    return leave(cockpit.return_code or 0)


def seated(home: Path | None, *, is_read_only: bool) -> Sitting:
    """Return a sitting by the user's config file, with what is remembered from the last one."""
    wishes = config.load(config.config_path())
    if is_read_only:
        wishes = replace(wishes, read_only=True)
    path = home / STATE_FILE if home else None
    remembered = state.load(path)
    if not wishes.restore:
        remembered = state.State(history=remembered.history, theme=remembered.theme, has_toured=remembered.has_toured)
    return Sitting(config=wishes, state=remembered, state_path=path, has_mouse=wishes.mouse)
