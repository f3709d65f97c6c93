"""Which status may follow which within one attempt, written a second time: from the semantics, not from the product.

Semantics §1.2 and §1.3, with the corrections of §1.5, §1.10 and §2.4 and of the decisions 0002, 0004 and 0007:
- queued: it leaves the queue, is cancelled at once (§1.5), or cannot be read when its turn comes (§2.4).
- pending: a worker takes it, or it is cancelled before (§1.5), or none can begin it (0002). It never waits again.
- started: any end, and any request to stop. A workflow may say of itself that it was cancelled.
- cancelling: `terminated` when the request withheld nothing (0007), `failed` when an operation failed or the worker was
  lost (0004), and the two harder requests (§1.5).
- force_cancelling and kill_cancelling: nothing but `cancelled` (0007), and a kill of what is forced already.
- final: nothing (§1.3). A resume, of what failed or was cancelled, is a new attempt.
`scheduled` is never stored.
"""

from engine.domain.execution import Status

GRID = """
                  queued pending started cancelling force_cancelling kill_cancelling terminated failed cancelled
queued            same   yes     no      no         no               no              no         yes    yes
pending           no     same    yes     no         no               no              no         yes    yes
started           no     no      same    yes        yes              yes             yes        yes    yes
cancelling        no     no      no      same       yes              yes             yes        yes    yes
force_cancelling  no     no      no      no         same             yes             no         no     yes
kill_cancelling   no     no      no      no         no               same            no         no     yes
terminated        no     no      no      no         no               no              same       no     no
failed            no     no      no      no         no               no              no         same   no
cancelled         no     no      no      no         no               no              no         no     same
"""


def _read() -> dict[tuple[Status, Status], str]:
    heads, *rows = (line.split() for line in GRID.strip().splitlines())
    return {(Status(row[0]), Status(head)): word for row in rows for head, word in zip(heads, row[1:], strict=True)}


LAW = _read()
"""Every pair of statuses that can be stored: `yes`, `no`, or `same`, which is no step."""
NEXT_ATTEMPT = {
    (source, target) for source in (Status.FAILED, Status.CANCELLED) for target in (Status.QUEUED, Status.PENDING)
}
"""The steps that begin a new attempt (§1.10)."""


def is_lawful(source: Status, target: Status) -> bool:
    """Say whether an execution may go from one status to another one in the same attempt."""
    return LAW[source, target] == "yes"
