"""Which processes belong to an execution, how they carry its mark, and how they are brought to an end."""

import os
import signal
import subprocess
import sys

import pytest

from engine.runtime import marks
from engine.runtime.ending import Ended, end_tree
from engine.runtime.processes import Identity, Process, identity, is_alive, marked, members, own_identity, scan, send
from tests.runtime.world import until

CARRIER = (
    "import os, sys; from engine.runtime import marks; marks.carry(sys.argv[1]); "
    "pid = os.fork(); print(os.getpid(), flush=True) if pid else None; sys.stdin.read()"
)


def a_process(pid: int, parent: int = 1, mark: str | None = None) -> Process:
    return Process(pid=pid, parent=parent, state="S", start_time=pid, mark=mark)


@pytest.mark.parametrize(
    ("processes", "expected"),
    [
        pytest.param([a_process(5, mark="e:1")], {5}, id="who carries the mark belongs to it"),
        pytest.param([a_process(5, parent=9)], {5}, id="who descends from the root belongs to it"),
        pytest.param([a_process(5, parent=9), a_process(6, parent=5)], {5, 6}, id="grandchildren too"),
        pytest.param([a_process(5, mark="e:1"), a_process(6, parent=5)], {5, 6}, id="an unmarked child"),
        pytest.param([a_process(5, mark="e:2")], set(), id="another attempt is not it"),
        pytest.param([a_process(5, parent=9, mark="f:1")], set(), id="who carries another mark belongs elsewhere"),
        pytest.param(
            [a_process(5, parent=9, mark="idle"), a_process(6, parent=5)], set(), id="with everything below it"
        ),
        pytest.param([a_process(9, mark="e:1")], set(), id="the root is no member"),
        pytest.param([a_process(5)], set(), id="strangers are not"),
    ],
)
def test_members(processes: list[Process], expected: set[int]) -> None:
    assert expected == {one.pid for one in members(processes, "e:1", root=9)}


def test_an_identity_tells_a_process_from_a_later_one_with_its_number() -> None:
    own = own_identity()

    assert is_alive(own)
    assert not is_alive(Identity(boot_id=own.boot_id, pid=own.pid, start_time=own.start_time + 1))
    assert not is_alive(Identity(boot_id="another boot", pid=own.pid, start_time=own.start_time))


def test_a_process_that_has_ended_has_no_identity_even_as_a_zombie() -> None:
    with subprocess.Popen(["true"]) as process:
        until(lambda: identity(process.pid) is None)

        assert process.pid not in {one.pid for one in scan()}


def test_a_signal_never_hits_a_later_process_with_the_same_number() -> None:
    with subprocess.Popen(["sleep", "600"]) as process:
        seen = next(one for one in scan() if one.pid == process.pid)
        earlier = Process(pid=seen.pid, parent=seen.parent, state="S", start_time=seen.start_time - 1)
        send(earlier, signal.SIGKILL)
        assert identity(process.pid) is not None
        send(seen, signal.SIGKILL)

        assert -signal.SIGKILL == process.wait(5)


@pytest.mark.parametrize("mark", ["e:1", "x" * 120 + ":12"])
def test_a_process_and_its_fork_show_the_mark_that_they_took_without_an_exec(mark: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-P", "-c", CARRIER, mark],
        env={**os.environ, **marks.room()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        found = marked(scan(), [mark])
        process.communicate(b"")

    assert 2 == len(found)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (b"PATH=/bin\0CONDUCTOR_EXECUTION=e:1\0\0\0HOME=/\0", "e:1"),
        (b"CONDUCTOR_EXECUTION=idle      \0", "idle"),
        (b"PATH=/bin\0OLD_CONDUCTOR_EXECUTION=e:1\0", None),
        (b"", None),
    ],
)
def test_the_mark_is_read_from_an_environment(environment: bytes, expected: str | None) -> None:
    assert expected == marks.mark_in(environment)


def test_whoever_ends_when_asked_is_not_forced() -> None:
    with subprocess.Popen(["sleep", "600"]) as process:
        ended = end_tree(lambda: [one for one in scan() if one.pid == process.pid])

        assert ([process.pid], frozenset()) == ([one.pid for one in ended.asked], ended.forced)


def test_whoever_ignores_the_request_is_forced_after_the_grace() -> None:
    command = "trap '' TERM; echo ready; sleep 600; true"
    with subprocess.Popen(["bash", "-c", command], stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        ended = end_tree(lambda: [one for one in scan() if process.pid in (one.pid, one.parent)], grace=0.1)

        assert process.pid in ended.forced
        assert -signal.SIGKILL == process.wait(5)
        assert not ended.left


def test_what_was_ended_is_told_by_name_and_number() -> None:
    sleepers = tuple(Process(pid=n, parent=1, state="S", start_time=n, mark="e:1", name="sleep") for n in range(1, 13))
    other = Process(pid=20, parent=1, state="S", start_time=1, mark="f:1")
    ended = Ended((*sleepers, other), frozenset({1, 20}), frozenset({2}))

    assert "ended 1 process: process 20; 1 by force" == ended.of("f:1").sentence
    assert ended.of("e:1").sentence.startswith("ended 12 processes: sleep 1, sleep 2, ")
    assert ended.of("e:1").sentence.endswith("sleep 10 and 2 more; 1 by force; 1 cannot be ended")
    assert "" == ended.of("g:1").sentence


def test_whoever_cannot_be_ended_is_reported_at_last() -> None:
    moments = iter(range(0, 1000, 4))
    unkillable = a_process(2**22 + 1)

    ended = end_tree(lambda: [unkillable], monotonic=lambda: float(next(moments)), wait=lambda _: None)

    assert frozenset({unkillable.pid}) == ended.left
