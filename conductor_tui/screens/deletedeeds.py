"""Deleting deployments, schedules and blueprints, after a question that says what goes with them."""

from conductor_tui.actions import BY_ID
from conductor_tui.screens.confirm import Question
from conductor_tui.screens.deeds import AnyScreen, Deed, ask
from conductor_tui.subject import Subject


def _delete_deployment(screen: AnyScreen, subject: Subject) -> None:
    row, facade = subject.deployment, screen.context.facade
    if row is None:
        return

    def work() -> str:
        facade.delete_deployment(row.id)
        return f"Deployment {row.id} is deleted."

    living = f" {row.started_instances} of them are started: run uninstall first." if row.started_instances else ""
    question = Question(
        title=f"Delete deployment {row.id}?",
        effect=f"It goes with its {row.instances} node instances, schedules and executions.{living}",
        command=BY_ID["deployment.delete"].command(subject),
        word=row.id,
    )
    ask(screen, question, work)


def _delete_schedule(screen: AnyScreen, subject: Subject) -> None:
    row, facade = subject.schedule, screen.context.facade
    if row is None:
        return

    def work() -> str:
        facade.delete_schedule(row.deployment_id, row.id)
        return f"Schedule {row.id} of {row.deployment_id} is deleted."

    question = Question(
        title=f"Delete schedule {row.id}?",
        effect=f"{row.workflow_id} of {row.deployment_id} no longer runs {row.rule}.",
        command=BY_ID["schedule.delete"].command(subject),
    )
    ask(screen, question, work)


def _delete_blueprint(screen: AnyScreen, subject: Subject) -> None:
    row, facade = subject.blueprint, screen.context.facade
    if row is None:
        return

    def work() -> str:
        facade.delete_blueprint(row.id)
        return f"Blueprint {row.id} is deleted."

    question = Question(
        title=f"Delete blueprint {row.id}?",
        effect="Its stored files go; no deployment is made of it.",
        command=BY_ID["blueprint.delete"].command(subject),
        word=row.id,
    )
    ask(screen, question, work)


DEEDS: dict[str, Deed] = {
    "deployment.delete": _delete_deployment,
    "schedule.delete": _delete_schedule,
    "blueprint.delete": _delete_blueprint,
}
