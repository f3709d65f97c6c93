"""A form is written as YAML with everything that may be known of it, and read back with its mistakes."""

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from conductor_tui.fields import collect
from conductor_tui.yamlform import BadDocument, texts_of, written
from engine.domain.blueprint import Parameter
from tests.cockpit import worlds

PARAMETERS = dict(worlds.workflows()["rolling_restart"].parameters)


def test_each_parameter_stands_below_what_it_may_be() -> None:
    document = written(PARAMETERS, {"timeout": "90"}, title="Start rolling_restart")

    assert document.startswith("# Start rolling_restart\n")
    assert "# Seconds per node\n# integer, required\ntimeout: 90\n" in document
    assert "# list; default []\nnode_ids: []\n" in document
    assert '# constraint {"valid_values": ["safe", "fast"]}\nmode: safe\n' in document


def test_what_was_not_touched_is_not_given() -> None:
    document = written(PARAMETERS, {"timeout": "90"}, title="x")

    assert ({"timeout": 90}, {}) == collect(PARAMETERS, texts_of(document, PARAMETERS))


def test_a_parameter_that_is_taken_out_keeps_its_default() -> None:
    assert ({"timeout": 5}, {}) == collect(PARAMETERS, texts_of("timeout: 5\n", PARAMETERS))


def test_an_empty_required_parameter_is_told_at_its_field() -> None:
    document = written(PARAMETERS, {}, title="x")

    assert {"timeout": "is required"} == collect(PARAMETERS, texts_of(document, PARAMETERS))[1]


def test_a_value_of_another_type_is_told_at_its_field() -> None:
    texts = texts_of("timeout: soon\nmode: slow\n", PARAMETERS)

    assert {"timeout": "must be a whole number", "mode": "must be one of safe, fast"} == collect(PARAMETERS, texts)[1]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("timeout: 1\n\ntimeuot: 2\n", "line 3: `timeuot` is no parameter; did you mean `timeout`?"),
        ("timeout: [1\nmode: 3\n", "line 2: "),
        ("- a\n- b\n", "line 1: it must be a mapping"),
        ("timeout: \x00", "this is not YAML"),
    ],
)
def test_a_mistake_is_told_with_its_line(document: str, told: str) -> None:
    with pytest.raises(BadDocument) as caught:
        texts_of(document, PARAMETERS)

    assert str(caught.value).startswith(told)


@example("", "\x85")
@example("\u2028", "a\u2029b")
@given(st.text(), st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_was_given(name: str, value: str) -> None:
    key = name.encode("utf-8", "replace").decode()
    parameters = {key: Parameter(type="string", default="d", has_default=True, description=value)}
    document = written(parameters, {key: value}, title=value)

    assert {key: value} == yaml.safe_load(document)
    assert {key: value} == texts_of(document, parameters)
