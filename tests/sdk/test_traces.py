"""Which part of a stack trace an author gets to see."""

from collections.abc import Callable

import pytest

from engine.sdk.current import entered
from engine.sdk.tasks import WorkflowTask
from engine.sdk.traces import trace_of


def broken() -> None:
    raise ValueError("the disk is gone")


def wrapped() -> None:
    try:
        broken()
    except ValueError as error:
        raise RuntimeError("no backup") from error


def through_the_engine() -> None:
    with entered(object(), {}):
        broken()


def caught(function: Callable[[], object]) -> BaseException:
    with pytest.raises(Exception) as caught:  # any error is looked at
        function()
    return caught.value


def test_a_trace_has_the_authors_lines() -> None:
    trace = trace_of(caught(broken))

    assert trace.startswith("Traceback (most recent call last):")
    assert 'raise ValueError("the disk is gone")' in trace
    assert trace.endswith("ValueError: the disk is gone")


def test_a_trace_has_the_errors_that_led_to_it() -> None:
    trace = trace_of(caught(wrapped))

    assert "ValueError: the disk is gone" in trace
    assert trace.endswith("RuntimeError: no backup")


def test_a_trace_has_no_lines_of_the_engine() -> None:
    assert "engine/sdk" not in trace_of(caught(through_the_engine))


def test_an_error_of_the_engine_alone_has_no_trace() -> None:
    error = caught(lambda: WorkflowTask("one").set_state("nowhere"))
    while error.__traceback__ is not None and "engine" not in error.__traceback__.tb_frame.f_code.co_filename:
        error.__traceback__ = error.__traceback__.tb_next
    error.__cause__ = error.__context__ = None

    assert "" == trace_of(error)
