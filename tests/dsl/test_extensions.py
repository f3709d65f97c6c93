"""Functions that packages bring."""

import logging
from collections.abc import Iterator
from importlib.metadata import EntryPoint

import pytest

from engine.domain.errors import FunctionFailed
from engine.domain.json import Json
from engine.dsl.extensions import GROUP, load_extensions
from engine.dsl.functions import FUNCTIONS, evaluate
from tests.dsl.conftest import HEADER, Parse
from tests.dsl.test_functions import SCOPE


def shout(arguments: Json) -> Json:
    """Say a text loudly."""
    return f"{arguments}!"


@pytest.fixture(autouse=True)
def known_functions() -> Iterator[None]:
    """Forget what a test added."""
    before = dict(FUNCTIONS)
    yield
    FUNCTIONS.clear()
    FUNCTIONS.update(before)


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=value, group=GROUP)


def test_a_function_of_a_package_can_be_called(parsed: Parse) -> None:
    assert ("shout",) == load_extensions([point("shout", "tests.dsl.test_extensions:shout")])
    assert "shop!" == evaluate({"shout": {"get_input": "name"}}, SCOPE)
    assert {"shout": "x"} == parsed(HEADER + "outputs: { o: { value: { shout: x } } }\n").outputs["o"].value


def test_a_function_of_the_language_stays(parsed: Parse) -> None:
    assert () == load_extensions([point("concat", "tests.dsl.test_extensions:shout")])


def test_a_function_that_cannot_be_loaded_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert () == load_extensions([point("gone", "no.such.module:function")])

    assert "`gone`" in caplog.text


def stumble(arguments: Json) -> Json:
    raise KeyError(arguments)


def test_a_function_of_a_package_that_fails_is_named(caplog: pytest.LogCaptureFixture) -> None:
    load_extensions([point("stumble", "tests.dsl.test_extensions:stumble")])

    with caplog.at_level(logging.ERROR), pytest.raises(FunctionFailed, match="`stumble` failed: KeyError: 'x'"):
        evaluate({"stumble": "x"}, SCOPE)
