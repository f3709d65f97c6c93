"""One run of the command line, from words to exit code."""

from collections.abc import Sequence

from typer.main import get_command

from conductor_tui.cli.boundary import guarded
from conductor_tui.cli.output import Output
from conductor_tui.cli.session import Session
from conductor_tui.cli.tree import PROGRAM, tree


def run(argv: Sequence[str]) -> int:
    """Do what the words say and return the exit code."""
    session = Session(out=Output())

    def command() -> None:
        try:
            get_command(tree(argv)).main(args=list(argv), prog_name=PROGRAM, obj=session)
        finally:
            session.close()

    return guarded(command, session=session, argv=argv)
