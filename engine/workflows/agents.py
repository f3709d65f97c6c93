"""What the workflows about agents say, of which there are none."""

from engine.sdk.decorators import workflow
from engine.sdk.errors import NonRecoverableError
from engine.sdk.workflow_context import WorkflowContext


@workflow(resumable=True)
def no_agents(ctx: WorkflowContext, **_: object) -> None:
    """Refuse.

    Raises:
        NonRecoverableError: always.
    """
    raise NonRecoverableError(f"workflow `{ctx.workflow_id}` has nothing to do: operations run here without agents")
