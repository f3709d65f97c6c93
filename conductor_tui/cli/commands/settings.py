"""`conductor settings`: what can be set in an engine."""

from typing import TYPE_CHECKING, Annotated

from conductor_tui.cli import listings, options
from conductor_tui.cli.listings import Listing
from conductor_tui.cli.session import Session
from conductor_tui.cli.table import Column
from conductor_tui.cli.words import Argument, Offers

if TYPE_CHECKING:
    from engine.domain.settings import Setting

SETTINGS: "Listing[Setting]" = Listing(
    (
        Column("key"),
        Column("value", is_number=True),
        Column("default", is_number=True),
        Column("meaning", is_elastic=True),
    ),
    lambda one: (one.key, str(one.value), str(one.default), one.summary),
    "None.",
)

KeyArgument = Annotated[
    str, Argument(metavar="KEY", help="The name of a setting; `settings list` shows them.", offers=Offers.SETTINGS)
]


def list_(session: Session, json: options.JsonOption = False) -> None:
    """List the settings with their values."""
    found = session.conductor.settings()
    if json:
        session.out.json(found)
    else:
        listings.show(session.out, SETTINGS, found)


def get(session: Session, key: KeyArgument, json: options.JsonOption = False) -> None:
    """Print the value of one setting."""
    found = session.conductor.setting(key)
    if json:
        session.out.json(found)
    else:
        session.out.line(found.value)


def set_(
    session: Session,
    key: KeyArgument,
    value: Annotated[str, Argument(metavar="VALUE", help="The value to give; put -- before a negative one.")],
    json: options.JsonOption = False,
) -> None:
    """Change one setting.

    A running engine follows within seconds.
    """
    _say(session, session.conductor.change_setting(key, value), is_json=json)


def reset(session: Session, key: KeyArgument, json: options.JsonOption = False) -> None:
    """Give one setting its default again."""
    _say(session, session.conductor.reset_setting(key), is_json=json)


def _say(session: Session, setting: "Setting", *, is_json: bool) -> None:
    if is_json:
        session.out.json(setting)
    else:
        session.out.talk(f"{setting.key} is {setting.value}: {setting.summary}.")
