"""`conductor secrets`: values that blueprints need and nobody shall read by the way."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from conductor_tui.cli import listings, options
from conductor_tui.cli.listings import Listing
from conductor_tui.cli.plain import plain
from conductor_tui.cli.secretvalue import value_of
from conductor_tui.cli.session import Session, confirm, tell
from conductor_tui.cli.table import Column
from conductor_tui.cli.times import stamp
from conductor_tui.cli.words import Argument, Offers, Option, WrongUsage

if TYPE_CHECKING:
    from engine.domain.secret import Secret

KeyArgument = Annotated[str, Argument(metavar="KEY", help="The key of a secret.", offers=Offers.SECRETS)]
StringOption = Annotated[
    str | None,
    Option(
        "-s",
        "--secret-string",
        metavar="VALUE",
        help="The value. Others may see it in the list of processes, and your shell remembers it.",
    ),
]
FileOption = Annotated[
    Path | None,
    Option("-f", "--secret-file", metavar="FILE", help="A file with the value; - is standard input."),
]
HiddenOption = Annotated[
    bool, Option("--hidden-value", "--hidden", help="Show the value only to whoever asks with --reveal.")
]

SECRETS: "Listing[Secret]" = Listing(
    (Column("key"), Column("hidden"), Column("readable"), Column("created_at"), Column("updated_at")),
    lambda one: (
        one.key,
        "yes" if one.is_hidden else "no",
        "yes" if one.is_readable else "no",
        stamp(one.created_at),
        stamp(one.updated_at),
    ),
    "No secrets. Create one with: conductor secrets create KEY",
)


def create(
    session: Session,
    key: Annotated[str, Argument(metavar="KEY", help="The key to give.")],
    secret_string: StringOption = None,
    secret_file: FileOption = None,
    update_if_exists: Annotated[
        bool, Option("-u", "--update-if-exists", help="Give a secret that exists the new value.")
    ] = False,
    hidden_value: HiddenOption = False,
    json: options.JsonOption = False,
) -> None:
    """Store a secret, encrypted.

    Without -s and -f the value is typed unseen, or read from standard input if that is no terminal. Blueprints get it
    with the function get_secret.
    """
    value = value_of(key, secret_string, secret_file)
    secret = session.conductor.create_secret(key, value, is_hidden=hidden_value, update_if_exists=update_if_exists)
    if json:
        session.out.json(secret)
        return
    session.out.line(secret.key)
    session.out.talk(f"Secret `{secret.key}` stored. A blueprint reads it with {{ get_secret: {secret.key} }}")


def update(
    session: Session,
    key: KeyArgument,
    secret_string: StringOption = None,
    secret_file: FileOption = None,
    hidden_value: HiddenOption = False,
    not_hidden_value: Annotated[bool, Option("--not-hidden-value", help="Show the value as others are.")] = False,
    json: options.JsonOption = False,
) -> None:
    """Give a secret another value, or hide it or not.

    Operations that run later get the new value.
    """
    if hidden_value and not_hidden_value:
        raise WrongUsage("give either --hidden-value or --not-hidden-value")
    session.conductor.secret(key)
    is_hidden = True if hidden_value else False if not_hidden_value else None
    is_about_value = is_hidden is None or secret_string is not None or secret_file is not None
    value = value_of(key, secret_string, secret_file) if is_about_value else None
    secret = session.conductor.update_secret(key, value, is_hidden=is_hidden)
    tell(session, f"Secret `{key}` updated.", plain(secret), is_json=json)


def list_(session: Session, json: options.JsonOption = False) -> None:
    """List the secrets, never their values."""
    found = session.conductor.secrets()
    if json:
        session.out.json(found)
    else:
        listings.show(session.out, SECRETS, found)


def get(
    session: Session,
    key: KeyArgument,
    reveal: Annotated[bool, Option("--reveal", help="Show the value although it is hidden.")] = False,
    json: options.JsonOption = False,
) -> None:
    """Show a secret with its value.

    That the value was shown becomes an event.
    """
    secret = session.conductor.secret(key)
    is_shown = reveal or not secret.is_hidden
    value = session.conductor.reveal_secret(key) if is_shown else None
    if json:
        session.out.json({**plain(secret), "value": value})
        return
    session.out.lines(
        listings.fields_lines(
            [
                ("key", secret.key),
                ("value", value if is_shown else "******** (--reveal shows it)"),
                ("hidden", "yes" if secret.is_hidden else "no"),
                ("readable", "yes" if secret.is_readable else "no"),
                ("created_at", stamp(secret.created_at)),
                ("updated_at", stamp(secret.updated_at)),
            ]
        )
    )


def delete(
    session: Session,
    key: KeyArgument,
    force: Annotated[bool, Option("-f", "--force", help="Delete it although deployments need it.")] = False,
    yes: options.YesOption = False,
    json: options.JsonOption = False,
) -> None:
    """Delete a secret that no deployment needs."""
    session.conductor.secret(key)
    confirm(session, f"Delete secret {key}?", is_agreed=yes)
    session.conductor.delete_secret(key, force=force)
    tell(session, f"Secret `{key}` deleted.", {"key": key, "deleted": True}, is_json=json)
