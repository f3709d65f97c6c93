"""Hooks are told by real commands and over real HTTP, whatever these do."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from engine.domain.execution import StartRequest
from engine.domain.hook import DeliveryState, Hook, HookEvent
from engine.runtime import hookcalls
from engine.runtime.courier import Courier
from engine.runtime.home import Home
from engine.runtime.hookcalls import Interrupted, tell
from engine.runtime.processes import identity
from engine.services import executions as services
from engine.services import hooks
from storage.database import Database
from tests.builders import NOW, store_deployment
from tests.runtime.world import until

PAYLOAD = {"event": "failed", "execution_id": "e1", "workflow_id": "install", "deployment_id": None, "error": "“x”"}


def commanding(script: str) -> Hook:
    return Hook(id="h", events=(HookEvent.FAILED,), command=("bash", "-c", script), created_at=NOW)


class Receiver(ThreadingHTTPServer):
    """Takes what is posted, and answers each post with the next of its statuses, the last one for ever."""

    daemon_threads = True

    def __init__(self, *statuses: int) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.statuses = list(statuses)
        self.posts: list[tuple[str, str, object]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/told"


class Answer(BaseHTTPRequestHandler):
    """One request."""

    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.posts.append((self.path, self.headers["Content-Type"], body))
        status = self.server.statuses.pop(0) if len(self.server.statuses) > 1 else self.server.statuses[0]
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST  # noqa: N815 # the name is the one that the base class calls

    def log_message(self, *_facts: object) -> None:
        """Say nothing."""


@contextmanager
def receiving(*statuses: int) -> Iterator[Receiver]:
    with Receiver(*statuses) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


def test_a_command_reads_the_fact_and_finds_it_in_its_environment(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    script = f'cat > {out}; echo "$CONDUCTOR_EVENT/$CONDUCTOR_EXECUTION_ID/$CONDUCTOR_HOOK_ID/$CONDUCTOR_HOME" >> {out}'
    assert "" == tell(commanding(script), PAYLOAD, home)

    payload, _, rest = out.read_text().partition("}")
    assert PAYLOAD == json.loads(payload + "}")
    assert f"failed/e1/h/{home}\n" == rest


def test_a_command_gets_no_secrets_of_the_engine(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("BASH_ENV", "/nowhere")

    assert "" == tell(commanding(f"env > {tmp_path}/env"), PAYLOAD, home)
    names = {line.partition("=")[0] for line in (tmp_path / "env").read_text().splitlines()}
    assert "PATH" in names
    assert not {"AWS_SECRET_ACCESS_KEY", "BASH_ENV", "CONDUCTOR_EXECUTION"} & names


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("exit 3", "bash ended with exit status 3"),
        ("echo no such channel >&2; exit 1", "bash ended with exit status 1: no such channel"),
        ("kill -9 $$", "bash was killed by signal 9"),
        (r"printf '\033]0;x\007' >&2; exit 1", "bash ended with exit status 1: \N{REPLACEMENT CHARACTER}]0;x"),
    ],
)
def test_a_command_that_fails_is_quoted(home: Path, script: str, sentence: str) -> None:
    assert tell(commanding(script), PAYLOAD, home).startswith(sentence)


def test_a_command_that_does_not_exist_is_a_failure(home: Path) -> None:
    hook = Hook(id="h", events=(HookEvent.FAILED,), command=("no-such-program",), created_at=NOW)

    assert tell(hook, PAYLOAD, home).startswith("cannot run no-such-program: ")


def test_a_command_may_be_talkative_and_need_not_read(home: Path) -> None:
    assert "" == tell(commanding("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"), PAYLOAD, home)


def test_a_command_may_leave_a_daemon(home: Path, tmp_path: Path) -> None:
    assert "" == tell(commanding(f"sleep 60 & echo $! > {tmp_path}/pid"), PAYLOAD, home)

    left = int((tmp_path / "pid").read_text())
    assert identity(left) is not None
    os.kill(left, signal.SIGKILL)


def test_a_command_that_hangs_is_killed_with_its_group(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hookcalls, "COMMAND_TIMEOUT", 0.3)

    assert "bash had not ended after 0.3 s and was killed" == tell(
        commanding(f"trap '' TERM; sleep 60 & echo $! > {tmp_path}/pid; wait"), PAYLOAD, home
    )
    until(lambda: identity(int((tmp_path / "pid").read_text())) is None)


def test_a_command_is_ended_when_the_engine_leaves(home: Path, tmp_path: Path) -> None:
    script = f"echo $$ > {tmp_path}/part; mv {tmp_path}/part {tmp_path}/pid; sleep 60"
    with pytest.raises(Interrupted):
        tell(commanding(script), PAYLOAD, home, is_leaving=(tmp_path / "pid").exists)

    assert identity(int((tmp_path / "pid").read_text())) is None


def posting(url: str) -> Hook:
    return Hook(id="h", events=(HookEvent.FAILED,), url=url, created_at=NOW)


def test_a_fact_is_posted_as_json(home: Path) -> None:
    with receiving(204) as server:
        assert "" == tell(posting(server.url), PAYLOAD, home)

    assert [("/told", "application/json", PAYLOAD)] == server.posts


@pytest.mark.parametrize("status", [302, 307, 404, 500])
def test_another_answer_than_success_is_a_failure_and_no_redirect_is_followed(home: Path, status: int) -> None:
    with receiving(status) as server:
        assert f"{server.url} answered with status {status}" == tell(posting(server.url), PAYLOAD, home)

    assert 1 == len(server.posts)


def test_a_server_that_is_away_is_a_failure(home: Path) -> None:
    with receiving(200) as server:
        url = server.url

    assert tell(posting(url), PAYLOAD, home).startswith(f"cannot post to {url}: ")


def fail(database: Database) -> str:
    started = services.start(database, StartRequest(workflow_id="install", deployment_id="d1"), now=NOW)
    services.settle(database, started.id, 1, "lost", now=NOW)
    return started.id


def is_told(database: Database, count: int = 1) -> bool:
    found = hooks.deliveries(database, "h", limit=100)
    return count == sum(one.state is DeliveryState.DELIVERED for one in found)


@contextmanager
def couriering(database: Database, home: Path) -> Iterator[Courier]:
    courier = Courier(Home(home))
    courier.start()
    try:
        yield courier
    finally:
        courier.stop()


def test_what_happened_while_no_engine_ran_is_told_by_the_next(home: Path, database: Database) -> None:
    store_deployment(database)
    with receiving(200) as server:
        hooks.create(database, "h", ["failed"], command=None, url=server.url, now=NOW)
        ids = [fail(database) for _ in range(3)]
        with couriering(database, home):
            until(lambda: is_told(database, 3))

    assert ids == [body["execution_id"] for _, _, body in server.posts if isinstance(body, dict)]


def test_a_courier_that_is_woken_tells_what_is_new(home: Path, database: Database) -> None:
    store_deployment(database)
    with receiving(200) as server, couriering(database, home) as courier:
        hooks.create(database, "h", ["failed"], command=None, url=server.url, now=NOW)
        fail(database)
        courier.wake()
        until(lambda: is_told(database))


def test_a_failure_is_tried_again(home: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    store_deployment(database)
    monkeypatch.setattr("engine.domain.hook.PAUSES", (NOW - NOW,) * 4)
    with receiving(500, 200) as server, couriering(database, home) as courier:
        hooks.create(database, "h", ["failed"], command=None, url=server.url, now=NOW)
        fail(database)
        courier.wake()
        until(lambda: is_told(database))

    assert 2 == len(server.posts)


def test_a_hook_that_hangs_keeps_no_other_from_being_told(home: Path, database: Database, tmp_path: Path) -> None:
    store_deployment(database)
    hooks.create(database, "stuck", ["failed"], command="sleep 60", url=None, now=NOW)
    hooks.create(database, "h", ["failed"], command="true", url=None, now=NOW)
    for _ in range(6):
        fail(database)
    with couriering(database, home):
        until(lambda: is_told(database, 6))


def test_what_was_under_way_when_the_engine_left_is_told_by_the_next(
    home: Path, database: Database, tmp_path: Path
) -> None:
    store_deployment(database)
    out, go = tmp_path / "out", tmp_path / "go"
    script = f"echo x >> {out}; [ -e {go} ] || exec sleep 60"
    hooks.create(database, "h", ["failed"], command=f"bash -c '{script}'", url=None, now=NOW)
    fail(database)
    with couriering(database, home):
        until(out.exists)

    assert not is_told(database)
    assert 0 == hooks.deliveries(database, "h", limit=1)[0].tries
    go.touch()
    with couriering(database, home):
        until(lambda: is_told(database))


def test_nothing_of_a_courier_is_left(home: Path, database: Database) -> None:
    with closing(database), couriering(database, home):
        pass

    assert not [thread for thread in threading.enumerate() if thread.name == "courier"]
