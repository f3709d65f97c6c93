"""The shop's operations that are written in Python, called as the engine calls them."""

import json
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from engine.sdk.current import entered
from engine.sdk.errors import NonRecoverableError
from tests.demo.conftest import SHOP, StartProgram


@dataclass
class FakeOperation:
    """Remembers that another try was asked for."""

    retries: list[str] = field(default_factory=list)

    def retry(self, message: str = "", retry_after: float | None = None) -> None:
        self.retries.append(message)


@dataclass
class FakeContext:
    """The part of an operation's context that the shop uses."""

    runtime_properties: dict[str, Any]
    program: str = "worker.py"
    index: int = 1

    def __post_init__(self) -> None:
        self.instance = SimpleNamespace(id="thing_1", index=self.index, runtime_properties=self.runtime_properties)
        self.node = SimpleNamespace(properties={"program": self.program})
        self.operation = FakeOperation()
        self.logger = logging.getLogger("shop")


@pytest.fixture(autouse=True)
def _shop_on_path(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(SHOP))
    yield


def plugin(name: str) -> ModuleType:
    return import_module(f"shop_plugin.{name}")


def call(function: Any, context: FakeContext, **inputs: Any) -> FakeContext:
    with entered(context, inputs):
        function(ctx=context, **inputs)
    return context


def test_two_instances_never_get_the_same_port(tmp_path: Path) -> None:
    claim = plugin("ports").claim

    assert claim(tmp_path / "ports", "app_1") != claim(tmp_path / "ports", "app_2")


def test_a_claimed_port_stays_with_its_owner(tmp_path: Path) -> None:
    claim = plugin("ports").claim
    port = claim(tmp_path / "ports", "app_1")

    assert port == claim(tmp_path / "ports", "app_1", port)
    with pytest.raises(NonRecoverableError, match=f"port {port} is not free"):
        claim(tmp_path / "ports", "app_2", port)


def test_a_port_that_somebody_listens_on_is_refused(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(NonRecoverableError, match=f"port {port} is not free; give another one as an input"):
            plugin("ports").claim(tmp_path / "ports", "app_1", port)


def test_further_instances_take_the_ports_that_follow(tmp_path: Path) -> None:
    first = plugin("ports").claim(tmp_path / "elsewhere", "nobody")
    context = FakeContext({"folder": str(tmp_path)}, index=2)

    call(plugin("process").configure_server, context, settings={"a": 1}, port=first, directory=str(tmp_path))

    assert first + 1 == context.runtime_properties["port"]
    assert f"http://127.0.0.1:{first + 1}/" == context.runtime_properties["url"]
    assert {"a": 1, "port": first + 1}.items() <= json.loads((tmp_path / "settings.json").read_text()).items()


def test_a_server_that_does_not_answer_yet_is_asked_again(tmp_path: Path) -> None:
    nowhere = plugin("ports").claim(tmp_path / "ports", "nobody")
    known = {"address": f"127.0.0.1:{nowhere}", "folder": str(tmp_path), "pid": os.getpid()}

    context = call(plugin("health").answers, FakeContext(known), path="/health")

    (message,) = context.operation.retries
    assert message.startswith(f"127.0.0.1:{nowhere} does not answer: ")


def test_a_server_whose_process_has_ended_is_given_up_with_its_last_words(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("ready\nOSError: no more room\n")
    nowhere = plugin("ports").claim(tmp_path / "ports", "nobody")
    known = {"address": f"127.0.0.1:{nowhere}", "folder": str(tmp_path), "pid": 2**22 + 1}

    with pytest.raises(NonRecoverableError, match="thing_1 has ended: OSError: no more room"):
        call(plugin("health").answers, FakeContext(known), path="/health")


def test_stopping_what_was_never_started_is_no_failure(tmp_path: Path) -> None:
    call(plugin("process").stop, FakeContext({}))
    call(plugin("process").stop, FakeContext({"folder": str(tmp_path)}))


def test_a_program_is_stopped_even_if_nobody_noted_its_process(
    tmp_path: Path, database: Path, start_program: StartProgram
) -> None:
    worker = start_program("worker", database=str(database), heartbeat=str(tmp_path / "heartbeat"))
    folder = tmp_path / "program-0"

    call(plugin("process").stop, FakeContext({"folder": str(folder), "pid": 1}))

    assert 0 == worker.wait(timeout=10)


def test_deleting_forgets_the_folder_and_what_was_known(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").touch()

    context = call(plugin("files").delete_folder, FakeContext({"folder": str(tmp_path / "folder"), "port": 1}))

    assert not (tmp_path / "folder").exists()
    assert {} == context.runtime_properties


def test_deleting_twice_is_no_failure(tmp_path: Path) -> None:
    call(plugin("files").delete_folder, FakeContext({"folder": str(tmp_path / "gone")}))
    call(plugin("files").delete_folder, FakeContext({}))
