"""What is done with a blueprint beside deploying and deleting it: looking into it, and checking it."""

from collections.abc import Callable

from conductor_tui.blueprintlines import checked_sentence
from conductor_tui.screens.deeds import AnyScreen, Deed
from conductor_tui.subject import Subject


def _open(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.screens.blueprint import BlueprintScreen

    if subject.blueprint is not None:
        screen.app.push_screen(BlueprintScreen(screen.context, subject.blueprint.id))


def _check(screen: AnyScreen, subject: Subject) -> None:
    row, facade = subject.blueprint, screen.context.facade
    if row is None:
        return

    def check() -> Callable[[], None]:
        report = facade.check_blueprint(facade.blueprint_folder(row.id) / row.main_file)
        told = checked_sentence(row.id, report.problems, report.warnings)
        return lambda: screen.say(told, is_bad=bool(report.problems))

    screen.look_up(check)


DEEDS: dict[str, Deed] = {"blueprint.open": _open, "blueprint.check": _check}
