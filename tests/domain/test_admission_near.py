"""What a start on a deployment reads of the live executions is enough for its answer."""

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.admission import Live, decide
from engine.domain.execution import StartRequest, Status
from tests.builders import live

LIVE = st.lists(
    st.tuples(
        st.sampled_from(["d1", "d2", None]),
        st.sampled_from([Status.QUEUED, Status.PENDING, Status.STARTED, Status.CANCELLING]),
        st.booleans(),
    ),
    max_size=8,
)


@given(found=LIVE, force=st.booleans(), queue=st.booleans())
def test_only_its_own_and_the_systems_executions_matter_without_a_limit(
    found: list[tuple[str | None, Status, bool]], force: bool, queue: bool
) -> None:
    everything = [live(f"e{number}", number, *one) for number, one in enumerate(found, 1)]
    near: list[Live] = [one for one in everything if one.deployment_id in ("d1", None)]
    request = StartRequest(workflow_id="install", deployment_id="d1", force=force, queue=queue)

    assert str(decide(request, everything)) == str(decide(request, near))
