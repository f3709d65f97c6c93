"""Operations that the user wants to keep in sight: they stand before all others, with every try of theirs."""

from collections.abc import Collection, Sequence

from engine.domain.execution import OperationRecord


def pin_of(record: OperationRecord) -> str:
    """Return what is remembered of a pinned operation: its place in the workflow, which all its tries share."""
    return record.place or record.id


def pinned_first(records: Sequence[OperationRecord], pins: Collection[str]) -> tuple[OperationRecord, ...]:
    """Return the records with the pinned ones first; otherwise their order stays."""
    return tuple(sorted(records, key=lambda one: pin_of(one) not in pins)) if pins else tuple(records)
