"""The command line as the parsing library sees it: help, mistakes, proposals and completion."""

import inspect
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.main import get_command

from conductor_tui.cli import complete
from conductor_tui.cli.declared import Declared, declared
from conductor_tui.cli.exit_codes import ExitCode
from conductor_tui.cli.session import Session
from conductor_tui.cli.streams import is_dumb, is_terminal
from conductor_tui.cli.tree import PROGRAM, TREE, function_of
from conductor_tui.cli.version import VERSION
from conductor_tui.cli.words import Argument, Command, Group, WrongUsage

Obey = Callable[[Callable[..., None], Session, dict[str, object]], None]
"""Calls the function of a command in a session with its arguments."""


def run(argv: Sequence[str], session: Session, obey: Obey) -> None:
    """Read the words and have the command obeyed; ends by SystemExit.

    Raises:
        WrongUsage: the words do not fit, and the mistake is to be told as JSON.
    """
    command = get_command(application(obey))
    if "--json" not in argv:
        command.main(args=list(argv), prog_name=PROGRAM, obj=session)
    try:
        code = command.main(args=list(argv), prog_name=PROGRAM, obj=session, standalone_mode=False)
    except typer.TyperException as error:
        raise WrongUsage(error.format_message()) from error
    except typer.Abort:
        raise KeyboardInterrupt from None
    raise SystemExit(code if isinstance(code, int) else ExitCode.OK)


def application(obey: Obey) -> typer.Typer:
    """Return the whole tree of commands."""
    app = _group(TREE, obey, is_root=True)
    app.callback()(_root)
    return app


def _group(group: Group, obey: Obey, *, is_root: bool = False) -> typer.Typer:
    app = typer.Typer(
        help=group.help,
        no_args_is_help=not is_root,
        invoke_without_command=is_root,
        add_completion=is_root,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for name, child in group.children.items():
        if isinstance(child, Command):
            app.command(name)(_command(function_of(child), obey))
        else:
            app.add_typer(_group(child, obey), name=name)
    return app


def _command(function: Callable[..., None], obey: Obey) -> Callable[..., None]:
    """Return `function` with its parameters declared in the library's own way."""

    def command(ctx: typer.Context, **given: object) -> None:
        obey(function, _session(ctx), given)

    parameters = [_parameter("ctx", typer.Context)]
    parameters += [_parameter(one.name, _annotation(one), one.default) for one in declared(function)]
    command.__name__, command.__doc__ = function.__name__, function.__doc__
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    setattr(command, "__signature__", inspect.Signature(parameters))  # noqa: B010 - functions declare no such attribute
    return command


def _parameter(name: str, annotation: object, default: object = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _annotation(one: Declared) -> object:
    word = one.word
    completion = getattr(complete, word.offers) if word.offers else None
    if isinstance(word, Argument):
        return Annotated[
            one.type,
            typer.Argument(
                metavar=word.metavar,
                help=word.help,
                exists=word.must_exist,
                autocompletion=completion,
                show_default=False,
            ),
        ]
    return Annotated[
        one.type,
        typer.Option(
            *word.names,
            metavar=word.metavar,
            help=word.help,
            min=word.minimum,
            autocompletion=completion,
        ),
    ]


def _session(ctx: typer.Context) -> Session:
    session = ctx.find_root().obj
    if not isinstance(session, Session):
        raise TypeError("the root command has not run")
    return session


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"{PROGRAM} {VERSION}")
        raise typer.Exit


def _root(
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
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only look: the cockpit changes nothing and says why.")
    ] = False,
    web: Annotated[
        bool, typer.Option("--web", help="Serve the cockpit to browsers of this machine, until Ctrl-C.")
    ] = False,
    web_address: Annotated[
        str, typer.Option("--web-address", metavar="HOST:PORT", help="Where --web serves; only this machine's own.")
    ] = "127.0.0.1:8000",
    verbose: Annotated[
        int, typer.Option("-v", "--verbose", count=True, show_default=False, help="Print debug lines of logs too.")
    ] = 0,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    session = _session(ctx)
    session.home, session.has_debug = home, verbose > 0
    if ctx.invoked_subcommand is None:
        if web:
            raise typer.Exit(_serve(session, web_address, is_read_only=read_only))
        raise typer.Exit(_run_engine(session) if headless else _open_cockpit(ctx, session, is_read_only=read_only))
    for option, is_given in (("--headless", headless), ("--read-only", read_only), ("--web", web)):
        if is_given:
            ctx.fail(f"{option} takes no command")


def _run_engine(session: Session) -> int:
    from engine.runtime.engine import main

    return main(["--home", str(session.home)] if session.home else [])


def _serve(session: Session, address: str, *, is_read_only: bool) -> int:
    from conductor_tui.web import serve

    serve(session.conductor.home.root, address, is_read_only=is_read_only)
    return ExitCode.OK


def _open_cockpit(ctx: typer.Context, session: Session, *, is_read_only: bool) -> int:
    if session.has_screen:
        return session.show(is_read_only=is_read_only)
    dumb = is_dumb(os.environ) and is_terminal(sys.stdin, sys.stdout)
    lacks = "a terminal that draws, and TERM=dumb says that this one does not" if dumb else "a terminal"
    session.out.talk(f"The cockpit needs {lacks}; these are the commands:")
    typer.echo(ctx.get_help())
    return ExitCode.OK
