"""Showing and deleting stored plugins and secrets; what is needed is refused by the engine, with its users."""

from collections.abc import Callable

from conductor_tui.actions import BY_ID
from conductor_tui.screens.confirm import Question
from conductor_tui.screens.deeds import AnyScreen, Deed, ask
from conductor_tui.screens.going import go
from conductor_tui.screens.pages import PageScreen
from conductor_tui.storedrows import plugin_lines, secret_lines
from conductor_tui.subject import Subject
from conductor_tui.visits import Place

PLACE = Place("system", "stored")


def _open(screen: AnyScreen, subject: Subject) -> None:
    screen.app.call_later(go, screen, PLACE)


def _get(screen: AnyScreen, subject: Subject) -> None:
    plugin, secret, look = subject.plugin, subject.secret, screen.look
    if secret is not None:
        screen.app.push_screen(PageScreen(f"Secret {secret.key}", [secret_lines(secret, look)]))
    if plugin is None:
        return

    def known() -> Callable[[], None]:
        lines = plugin_lines(plugin, screen.context.facade.plugin_users(plugin.id), look)

        def show() -> None:
            screen.app.push_screen(PageScreen(f"Plugin {plugin.id}", [lines]))

        return show

    screen.look_up(known)


def _delete(screen: AnyScreen, subject: Subject) -> None:
    plugin, secret, facade = subject.plugin, subject.secret, screen.context.facade
    name = subject.name
    kind = "plugin" if plugin is not None else "secret"

    def work() -> str:
        if plugin is not None:
            facade.delete_plugin(plugin.id)
        elif secret is not None:
            facade.delete_secret(secret.key)
        return f"{kind.capitalize()} {name} is deleted."

    effect = {
        "plugin": "Its files go too; blueprints can no longer import it. One that is used is not deleted.",
        "secret": "Its value is gone for good. One that a deployment needs is not deleted.",
    }
    question = Question(
        title=f"Delete {kind} {name}?",
        effect=effect[kind],
        command=BY_ID["stored.delete"].command(subject),
        word=name,
    )
    ask(screen, question, work)


DEEDS: dict[str, Deed] = {"view.stored": _open, "stored.get": _get, "stored.delete": _delete}
