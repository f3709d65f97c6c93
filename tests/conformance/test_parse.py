"""The parser against recorded behaviour: what is accepted, what is refused and where, and what plans mean."""

import pytest

from engine.domain.errors import BlueprintInvalid
from engine.dsl.problems import Kind
from tests.conformance import kinds, supplied
from tests.conformance.projection import differences, of_ours, of_theirs, plugins_like, their_plugins
from tests.conformance.records import Record, all_records, cases, parse_record

AT_THE_TYPE = frozenset({10, 19, 60, 61})
"""Errors that the reference tells at the template, and we where the operation is written: in its type."""


@pytest.mark.parametrize("record", cases("parse"))
def test_a_text_is_accepted_or_refused_as_recorded(record: Record) -> None:
    if record["outcome"].get("ok"):
        _compare(record)
    else:
        _compare_refusal(record)


def _compare(record: Record) -> None:
    plan, recorded = parse_record(record), record["outcome"]["plan"]
    plugins = their_plugins(recorded)

    assert [] == differences(of_ours(plan), of_theirs(recorded))
    assert [] == differences(plugins_like(plan, plugins), plugins)


def _compare_refusal(record: Record) -> None:
    error = record["outcome"]["error"]

    with pytest.raises(BlueprintInvalid) as refusal:
        parse_record(record)

    found = [one for one in refusal.value.problems if one.kind in kinds.expected(error)]
    assert found, [str(one) for one in refusal.value.problems]
    assert all(one.line and one.column for one in refusal.value.problems)
    if error.get("line") and error["err_code"] not in AT_THE_TYPE:
        here = [one for one in found if one.file in _main(record)]
        assert not here or any(kinds.is_within(one.line, error["line"], record["yaml"]) for one in here)


def test_the_plugin_that_was_made_up_is_looked_at() -> None:
    """Else the three cases that import it would agree whatever their imports say."""
    for record in [one for one in all_records() if supplied.DECLARED.get(one.get("test", ""))]:
        other = {"url": supplied.PLUGIN, "text": supplied.plugin({"other": "string"})}

        with pytest.raises(BlueprintInvalid) as refusal:
            parse_record({**record, "imports": [supplied.NO_TYPES, other]})

        assert {Kind.IMPORT_PROPERTY} == {one.kind for one in refusal.value.problems}


def _main(record: Record) -> tuple[str, str]:
    return ("main", f"file:{record['options']['dsl_location']}")
