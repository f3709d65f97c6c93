"""Making, restoring and deleting snapshots, each after a question that says what it costs."""

from conductor_tui.actions import BY_ID
from conductor_tui.cells import short
from conductor_tui.screens.confirm import Question
from conductor_tui.screens.deeds import AnyScreen, Deed, ask
from conductor_tui.subject import Subject


def create_question(running: int, queued: int) -> Question:
    """Return what is asked before a snapshot: what it waits for."""
    waits = f"It waits for {running} running and {queued} waiting executions, and" if running or queued else "It"
    return Question(
        title="Make a snapshot of the whole state?",
        effect=f"{waits} holds back whatever is asked for after it, until it is written.",
        command=BY_ID["snapshot.create"].command(Subject()),
    )


def _create(screen: AnyScreen, subject: Subject) -> None:
    facade, numbers = screen.context.facade, screen.numbers

    def work() -> str:
        execution = facade.create_snapshot(queue=True)
        return f"The snapshot is {execution.status.display} as {short(execution.id)}."

    ask(screen, create_question(numbers.running or 0, numbers.queued or 0), work)


def _restore(screen: AnyScreen, subject: Subject) -> None:
    snapshot, facade = subject.snapshot, screen.context.facade
    if snapshot is None:
        return

    def work() -> str:
        return f"The restore goes as {short(facade.restore_snapshot(snapshot.id, force=True).id)}."

    question = Question(
        title=f"Restore snapshot {snapshot.id}?",
        effect="All blueprints, deployments, executions and schedules of now are replaced by those of the snapshot.",
        command=BY_ID["snapshot.restore"].command(subject),
        word=snapshot.id,
    )
    ask(screen, question, work)


def _delete(screen: AnyScreen, subject: Subject) -> None:
    snapshot, facade = subject.snapshot, screen.context.facade
    if snapshot is None:
        return

    def work() -> str:
        facade.delete_snapshot(snapshot.id)
        return f"Snapshot {snapshot.id} is deleted."

    question = Question(
        title=f"Delete snapshot {snapshot.id}?",
        effect="Its archive goes too; nothing can be restored from it any more.",
        command=BY_ID["snapshot.delete"].command(subject),
        word=snapshot.id,
    )
    ask(screen, question, work)


DEEDS: dict[str, Deed] = {
    "snapshot.create": _create,
    "snapshot.restore": _restore,
    "snapshot.delete": _delete,
}
