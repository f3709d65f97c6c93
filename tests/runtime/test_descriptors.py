"""Whatever Python operations print, by whichever way, is theirs and reaches no other log."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.domain.event import Event, EventType
from engine.domain.execution import Execution, Status
from tests.runtime.worker_world import World, make_world, node, python, workflow

WORKER = """
import logging, sys
from pathlib import Path
from engine.runtime.worker import serve
logging.basicConfig()
sys.exit(serve(Path(sys.argv[1]), sys.argv[2], 1))
"""


def serve(world: World, execution: Execution) -> subprocess.CompletedProcess[bytes]:
    """Run an execution in a process of its own, as a shim would."""
    command = [sys.executable, "-c", WORKER, str(world.home), execution.id]
    return subprocess.run(command, capture_output=True, check=False, timeout=60)


def logs(world: World, execution: Execution) -> list[Event]:
    return [event for event in world.events(execution) if event.type is EventType.LOG]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.mark.parametrize(
    ("statement", "lines"),
    [
        ("sys.stdout.buffer.write('grün\\n'.encode())", ["<out> grün"]),
        ("[sys.stdout.buffer.write(bytes([one])) for one in 'grün'.encode()]", ["<out> grün"]),
        ("print('a', end=''); sys.stdout.buffer.write(b'b\\n')", ["<out> ab"]),
        ("os.write(1, b'one\\ntwo')", ["<out> one", "<out> two"]),
        ("os.write(2, b'\\x1b[31mred\\n')", ["<out> \ufffd[31mred"]),
        ("subprocess.run(['echo', 'x'])", ["<out> x"]),
        ("subprocess.run(['echo', 'x'], stdout=sys.stdout)", ["<out> x"]),
        ("os.system('echo y >&2')", ["<out> y"]),
        ("logging.getLogger('app').warning('hm')", ["<out> WARNING:app:hm"]),
    ],
)
def test_what_an_operation_prints_past_python_is_its_own(home: Path, statement: str, lines: list[str]) -> None:
    source = f"import logging, os, subprocess, sys\ndef create(**_):\n    {statement}\n"
    world = make_world(home, [node("web", {"create": python("ds_app.create")})], files={"ds_app.py": source})
    execution = world.start("install")

    ended = serve(world, execution)

    told = logs(world, execution)
    assert (0, b"", b"") == (ended.returncode, ended.stdout, ended.stderr)
    assert lines == [event.message for event in told]
    assert {"web_000001"} == {event.node_instance_id for event in told}


def test_what_a_workflow_prints_past_python_is_of_the_execution(home: Path) -> None:
    source = "import os\ndef flow(ctx, **_):\n    os.system('echo hello')\n"
    world = make_world(home, [node("web")], files={"ds_flow.py": source}, workflows=workflow("ds_flow.flow"))
    execution = world.start("custom")

    serve(world, execution)

    assert [("hello", None)] == [(event.message, event.node_instance_id) for event in logs(world, execution)]


def test_much_output_of_children_comes_whole_and_in_order(home: Path) -> None:
    source = "import subprocess\ndef create(**_):\n    subprocess.run(['seq', '20000'])\n"
    world = make_world(home, [node("web", {"create": python("ds_much.create")})], files={"ds_much.py": source})
    execution = world.start("install")

    serve(world, execution)

    assert [f"<out> {number}" for number in range(1, 20001)] == world.messages(execution)


def test_a_daemon_that_keeps_the_output_open_does_not_hold_up_the_end(home: Path) -> None:
    source = """
import subprocess
def create(ctx, **_):
    daemon = subprocess.Popen(["sleep", "300"], start_new_session=True)
    ctx.instance.runtime_properties["pid"] = daemon.pid
"""
    world = make_world(home, [node("web", {"create": python("ds_daemon.create")})], files={"ds_daemon.py": source})
    execution = world.start("install")
    program = subprocess.Popen([sys.executable, "-c", WORKER, str(world.home), execution.id])

    try:
        assert 0 == program.wait(30)
        assert Status.TERMINATED is world.execution(execution.id).status
    finally:
        os.kill(world.instance("web_000001").runtime_properties["pid"], signal.SIGKILL)
