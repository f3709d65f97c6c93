"""`conductor demo` as a whole: the real engine, real processes, real HTTP."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from conductor_tui.demo import shop_deployment as shop
from engine.conductor import Conductor
from engine.domain.event import EventType
from engine.domain.execution import Execution, Status
from engine.domain.json import JsonObject
from tests.demo.conftest import kill_all, nothing_left_of, processes_of

VERDICT = re.compile(r"^The shop answered at (http://\S+) with \d+ bytes from app_\w+; (.+)$")


def demo(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "conductor_tui", "--home", str(home), "demo", *options]
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100, check=False, env=environment()
    )


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def verdict(done: subprocess.CompletedProcess[str]) -> tuple[str, str]:
    """Return the URL and the outcome that the last line tells."""
    assert 0 == done.returncode, done.stdout + done.stderr
    found = VERDICT.match(done.stdout.splitlines()[-1])
    assert found is not None, done.stdout
    return found[1], found[2]


def is_open(url: str) -> bool:
    host, port = urlsplit(url).netloc.split(":")
    with closing(socket.socket()) as probe:
        return probe.connect_ex((host, int(port))) == 0


def test_the_demo_answers_and_leaves_no_process_port_or_file(own_home: Path) -> None:
    done = demo(own_home)

    url, outcome = verdict(done)
    assert "it is uninstalled again." == outcome
    assert f"url: {url}" in done.stdout.splitlines()
    assert "step 5 of 5 done: 5-product-descriptions" in done.stdout
    assert not is_open(url)
    assert [] == processes_of(own_home)
    assert [] == [file for file in (own_home / "work").rglob("*") if file.is_file()]


def start_demo(home: Path) -> subprocess.Popen[str]:
    """Start a demo that keeps its shop, in a session of its own, and return once the schema is being migrated."""
    command = [sys.executable, "-m", "conductor_tui", "--home", str(home), "demo", "--keep"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env=environment(),
    )
    assert process.stdout is not None
    assert any("the schema is at step 0 of 5" in line for line in process.stdout)
    return process


def test_ctrl_c_leaves_the_installation_running_and_the_next_demo_takes_it_up(own_home: Path) -> None:
    with start_demo(own_home) as interrupted:
        interrupted.send_signal(signal.SIGINT)
        said = interrupted.stdout.read() if interrupted.stdout else ""

    done = demo(own_home)

    assert (130, True) == (interrupted.returncode, "demo` takes it up again" in said)
    assert "it is uninstalled again." == verdict(done)[1]
    assert [] == processes_of(own_home)


def test_a_demo_after_everything_was_killed_begins_afresh(own_home: Path) -> None:
    with start_demo(own_home) as killed:
        killed.kill()
        kill_all(own_home)

    done = demo(own_home)

    assert "it is uninstalled again." == verdict(done)[1]
    assert "An earlier demo has left something behind; that goes first." in done.stderr
    assert [] == processes_of(own_home)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the state directory of a demo whose shop stands."""
    folder = tmp_path_factory.mktemp("demo") / "home"
    with nothing_left_of(folder):
        assert "it stays open." == verdict(demo(folder, "--keep"))[1]
        yield folder
        verdict(demo(folder))
        assert [] == processes_of(folder)


@pytest.fixture
def conductor(home: Path) -> Iterator[Conductor]:
    with closing(Conductor(home)) as facade:
        yield facade


def run(conductor: Conductor, workflow: str, parameters: JsonObject | None = None) -> Execution:
    started = conductor.start_execution(shop.SHOP, workflow, parameters, queue=True)
    for _ in conductor.follow(started.id, timeout=60):
        pass
    return conductor.execution(started.id)


def test_the_shop_has_at_least_eight_node_instances_and_all_are_started(conductor: Conductor) -> None:
    states = [instance.state for instance in conductor.deployment(shop.SHOP).instances]

    assert len(states) >= 8
    assert {"started"} == set(states)


def test_a_second_demo_finds_the_shop_standing(home: Path, conductor: Conductor) -> None:
    before = len(conductor.executions())

    assert shop.look_at(conductor).url == verdict(demo(home, "--keep"))[0]
    assert before == len([one for one in conductor.executions() if one.workflow_id != "smoke_test"])


def test_the_smoke_test_passes(conductor: Conductor) -> None:
    assert Status.TERMINATED is run(conductor, "smoke_test").status


def test_the_smoke_test_fails_when_the_answer_is_wrong(conductor: Conductor) -> None:
    ended = run(conductor, "smoke_test", {"expected_text": "Nothing at all"})

    assert Status.FAILED is ended.status
    assert "does not contain `Nothing at all`" in ended.error


def test_a_rolling_restart_changes_every_server_and_closes_the_shop_never(conductor: Conductor) -> None:
    before = servers(conductor)

    ended = run(conductor, "rolling_restart", {"pause": 0})

    after = servers(conductor)
    assert (Status.TERMINATED, "") == (ended.status, ended.error)
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())
    assert "the shop answered all the time" in logs(conductor, ended)


def servers(conductor: Conductor) -> dict[str, int]:
    """Return the process of each application server."""
    instances = conductor.deployment(shop.SHOP).instances
    return {one.id: one.runtime_properties["pid"] for one in instances if one.node_id == "app"}


def logs(conductor: Conductor, execution: Execution) -> list[str]:
    return [one.message for one in conductor.events(execution_id=execution.id) if one.type is EventType.LOG]


def test_something_unknown_cannot_be_restarted(conductor: Conductor) -> None:
    ended = run(conductor, "rolling_restart", {"node_id": "cellar"})

    assert Status.FAILED is ended.status
    assert "`cellar` cannot be restarted; there are app, monitor, proxy, worker" in ended.error


def test_the_smoke_test_is_scheduled_every_minute(conductor: Conductor) -> None:
    (schedule,) = conductor.schedules(shop.SHOP)

    assert ("smoke_test", "blueprint", True) == (schedule.workflow_id, schedule.origin, schedule.enabled)
