"""The tree of commands, of which only the named branch is imported."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from conductor_tui.cli.session import Session, session_of
from conductor_tui.cli.version import VERSION

PROGRAM = "conductor"
_COMMANDS = "conductor_tui.cli.commands"


@dataclass(frozen=True, slots=True)
class Branch:
    """A command group, or a single command, and the module that holds it."""

    module: str
    attribute: str = "app"


BRANCHES: dict[str, Branch] = {
    "demo": Branch("demo", "demo"),
    "install": Branch("shortcuts", "install"),
    "uninstall": Branch("shortcuts", "uninstall"),
    "blueprints": Branch("blueprints"),
    "deployments": Branch("deployments"),
    "workflows": Branch("workflows"),
    "executions": Branch("executions"),
    "queue": Branch("queue", "queue"),
    "events": Branch("events"),
    "engine": Branch("engine"),
}


def tree(argv: Sequence[str] = ()) -> typer.Typer:
    """Return the application with the branch that `argv` names, or with all when it names none."""
    app = typer.Typer(
        name=PROGRAM,
        help="Conductor runs the workflows of deployments. Without a command it opens the cockpit.",
        invoke_without_command=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(root)
    named = _named_branch(argv)
    for name in [named] if named else BRANCHES:
        _graft(app, name, BRANCHES[name])
    return app


def _named_branch(argv: Sequence[str]) -> str | None:
    words = iter(argv)
    for word in words:
        if word == "--home":
            next(words, None)
        elif not word.startswith("-"):
            return word if word in BRANCHES else None
    return None


def _graft(app: typer.Typer, name: str, branch: Branch) -> None:
    grafted: typer.Typer | Callable[..., None] = getattr(
        import_module(f"{_COMMANDS}.{branch.module}"), branch.attribute
    )
    if isinstance(grafted, typer.Typer):
        app.add_typer(grafted, name=name)
    else:
        app.command(name)(grafted)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"{PROGRAM} {VERSION}")
        raise typer.Exit


def root(
    ctx: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home",
            metavar="DIRECTORY",
            help="The state directory; otherwise $CONDUCTOR_HOME, otherwise the platform's own.",
        ),
    ] = None,
    headless: Annotated[
        bool, typer.Option("--headless", help="Run the engine and its schedules here, without a screen, until SIGTERM.")
    ] = False,
    verbose: Annotated[
        int, typer.Option("-v", "--verbose", count=True, show_default=False, help="Print debug lines too.")
    ] = 0,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    session = session_of(ctx)
    session.home, session.has_debug = home, verbose > 0
    if ctx.invoked_subcommand is not None:
        if headless:
            ctx.fail("--headless takes no command")
        return
    raise typer.Exit(_run_engine(session) if headless else _open_cockpit(ctx, session))


def _run_engine(session: Session) -> int:
    from engine.runtime.engine import main

    return main(["--home", str(session.home)] if session.home else [])


def _open_cockpit(ctx: typer.Context, session: Session) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        typer.echo(ctx.get_help())
        return 0
    from conductor_tui.app import run

    return run(session.conductor)
