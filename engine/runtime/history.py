"""What a resumed worker reads of the attempts before its own."""

from sqlite3 import Connection

from engine.domain.execution import OperationRecord, OperationState
from engine.sdk.history import History, Stored
from storage import operations


def load_history(connection: Connection, execution_id: str) -> History:
    """Return the last try of every operation, and the steps that were recorded."""
    latest: dict[str, OperationRecord] = {}
    begun: set[str] = set()
    for record in operations.find(connection, execution_id):
        latest[record.place] = record
        if record.started_at is not None:
            begun.add(record.place)
    latest.pop("", None)
    return History(
        stored={place: _stored(record, was_begun=place in begun) for place, record in latest.items()},
        passed=operations.passages(connection, execution_id),
    )


def _stored(record: OperationRecord, *, was_begun: bool) -> Stored:
    return Stored(
        id=record.id,
        is_succeeded=record.state is OperationState.SUCCEEDED,
        was_begun=was_begun,
        is_interrupted=record.is_interrupted,
        result=record.result,
    )
