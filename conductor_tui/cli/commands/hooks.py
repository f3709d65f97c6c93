"""`conductor hooks`: commands and URLs that are told what becomes of executions."""

import shlex
from typing import TYPE_CHECKING, Annotated

from conductor_tui.cli import listings, options
from conductor_tui.cli.listings import Listing
from conductor_tui.cli.plain import plain
from conductor_tui.cli.session import Session, confirm, tell
from conductor_tui.cli.table import Column, layout
from conductor_tui.cli.times import NONE, stamp
from conductor_tui.cli.words import Argument, Offers, Option, WrongUsage
from engine.domain.errors import ConductorError

if TYPE_CHECKING:
    from engine.domain.hook import Delivery, Hook


class HookFailed(ConductorError):
    """A hook could not be told its made-up fact."""


HookArgument = Annotated[str, Argument(metavar="HOOK_ID", help="The id of a hook.", offers=Offers.HOOKS)]

HOOKS: "Listing[Hook]" = Listing(
    (Column("id"), Column("on"), Column("tells", is_elastic=True), Column("enabled"), Column("created_at")),
    lambda one: (one.id, ",".join(one.events), _target(one), "yes" if one.enabled else "no", stamp(one.created_at)),
    "No hooks. Create one with: conductor hooks create HOOK_ID --on failed --command '...'",
)
_DELIVERIES = (
    Column("fact"),
    Column("execution"),
    Column("told"),
    Column("tries", is_number=True),
    Column("next_try_at"),
    Column("error"),
)


def _target(hook: "Hook") -> str:
    return hook.url or shlex.join(hook.command or ())


def create(
    session: Session,
    hook_id: Annotated[str, Argument(metavar="HOOK_ID", help="The id to give.")],
    on: Annotated[
        list[str],
        Option(
            "--on",
            metavar="EVENTS",
            help="Which facts: queued, started, terminated, failed, cancelled; several with commas or several times.",
        ),
    ],
    command: Annotated[
        str | None,
        Option("--command", metavar="COMMAND", help="A program with arguments; it reads the fact as JSON from stdin."),
    ] = None,
    url: Annotated[str | None, Option("--url", metavar="URL", help="Where to post the fact as JSON.")] = None,
    json: options.JsonOption = False,
) -> None:
    """Create a hook, which is told what happens from now on.

    The engine runs the command without a shell, for 30 seconds at most, or posts to the URL, following no redirect.
    What fails is tried again after 5 seconds, 30 seconds, 2 minutes and 10 minutes. No execution waits for a hook or
    fails by it.
    """
    if (command is None) == (url is None):
        raise WrongUsage("give either --command or --url")
    hook = session.conductor.create_hook(hook_id, _words(on), command=command, url=url)
    if json:
        session.out.json(hook)
        return
    session.out.line(hook.id)
    session.out.talk(f"Hook `{hook.id}` created.")
    session.out.talk(f"* Run 'conductor hooks test {hook.id}' to try it")


def _words(texts: list[str]) -> list[str]:
    return [word for text in texts for word in text.split(",")]


def list_(session: Session, json: options.JsonOption = False) -> None:
    """List hooks."""
    found = session.conductor.hooks()
    if json:
        session.out.json(found)
    else:
        listings.show(session.out, HOOKS, found)


def get(session: Session, hook_id: HookArgument, json: options.JsonOption = False) -> None:
    """Show a hook, and the latest facts that it told."""
    hook = session.conductor.hook(hook_id)
    deliveries = session.conductor.hook_deliveries(hook_id)
    if json:
        session.out.json({**plain(hook), "deliveries": deliveries})
        return
    session.out.lines(
        [
            *listings.fields_lines(
                [
                    ("id", hook.id),
                    ("on", ", ".join(hook.events)),
                    ("command" if hook.command else "url", _target(hook)),
                    ("enabled", "yes" if hook.enabled else "no"),
                    ("created_at", stamp(hook.created_at)),
                ]
            ),
            *_delivery_lines(deliveries),
        ]
    )


def _delivery_lines(deliveries: "list[Delivery]") -> list[str]:
    if not deliveries:
        return []
    return ["", "latest facts:", *(f"  {line}" for line in layout(_DELIVERIES, map(_delivery_cells, deliveries)))]


def _delivery_cells(one: "Delivery") -> tuple[str, ...]:
    is_pending = one.state == "pending"
    return (
        str(one.payload["event"]),
        str(one.payload["execution_id"]),
        one.state.value,
        str(one.tries),
        stamp(one.next_try_at) if is_pending else NONE,
        " ".join(one.error.split()) or NONE,
    )


def enable(session: Session, hook_id: HookArgument, json: options.JsonOption = False) -> None:
    """Switch a hook on."""
    is_new = session.conductor.enable_hook(hook_id)
    facts = {"id": hook_id, "enabled": True, "changed": is_new}
    tell(session, _switched(hook_id, "enabled", is_new=is_new), facts, is_json=json)


def disable(session: Session, hook_id: HookArgument, json: options.JsonOption = False) -> None:
    """Switch a hook off; what happens meanwhile is never told."""
    is_new = session.conductor.disable_hook(hook_id)
    facts = {"id": hook_id, "enabled": False, "changed": is_new}
    tell(session, _switched(hook_id, "disabled", is_new=is_new), facts, is_json=json)


def _switched(hook_id: str, word: str, *, is_new: bool) -> str:
    return f"Hook `{hook_id}` {word}." if is_new else f"Hook `{hook_id}` was {word} already."


def test(session: Session, hook_id: HookArgument, json: options.JsonOption = False) -> None:
    """Tell a hook a made-up fact now."""
    if error := session.conductor.test_hook(hook_id):
        raise HookFailed(f"hook `{hook_id}` failed: {error}")
    tell(session, f"Hook `{hook_id}` was told.", {"id": hook_id, "told": True}, is_json=json)


def delete(
    session: Session, hook_id: HookArgument, yes: options.YesOption = False, json: options.JsonOption = False
) -> None:
    """Delete a hook; what it had still to tell is never told."""
    session.conductor.hook(hook_id)
    confirm(session, f"Delete hook {hook_id}?", is_agreed=yes)
    session.conductor.delete_hook(hook_id)
    tell(session, f"Hook `{hook_id}` deleted.", {"id": hook_id, "deleted": True}, is_json=json)
