"""`conductor demo`: a real application, installed before your eyes."""

import os
import sys
from typing import Annotated

from conductor_tui.cli.session import Session
from conductor_tui.cli.streams import is_dumb, is_terminal
from conductor_tui.cli.words import Ended, Option


def demo(
    session: Session,
    keep: Annotated[bool, Option("--keep", help="Leave the shop installed at the end.")] = False,
    json: Annotated[bool, Option("--json", help="Print JSON objects, one a line, and show no cockpit.")] = False,
) -> None:
    """Install a small shop here and watch it run.

    The shop is a real one: servers, a database, a proxy, a worker, a schedule. It lives in a state directory of its
    own. Without a terminal this prints what happens, uninstalls the shop again and exits with 0 only if the shop
    answered.
    """
    from conductor_tui.demo import own_home, run

    has_screen = is_terminal(sys.stdin, sys.stdout) and not is_dumb(os.environ)
    session.home = session.home or own_home()
    raise Ended(run(home=session.home, keep=keep, is_terminal=has_screen, is_json=json))
