"""The shop's own programs, each run for real."""

import http.client
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.demo.conftest import SHOP, StartProgram, free_port, next_line


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    body: str
    server: str | None


def ask(port: int, path: str, body: str | None = None) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with closing(connection):
        connection.request("POST" if body else "GET", path, body)
        response = connection.getresponse()
        return Answer(response.status, response.read().decode(), response.getheader("Served-By"))


@pytest.fixture
def start_app(database: Path, start_program: StartProgram) -> Callable[[str, int], object]:
    def start(name: str, port: int) -> object:
        shop = "Bits & Bobs"
        return start_program("app", name=name, port=port, database=str(database), shop_name=shop)

    return start


@pytest.fixture
def app_port(start_app: Callable[[str, int], object]) -> int:
    port = free_port()
    start_app("app_1", port)
    return port


def test_the_page_shows_the_shop_and_its_products_without_trusting_their_text(app_port: int) -> None:
    page = ask(app_port, "/")

    assert page.status == 200
    assert "<h1>Bits &amp; Bobs</h1>" in page.body
    assert "<b>Baton &lt;b&gt;</b>" in page.body
    assert "14.50" in page.body
    assert page.server == "app_1"


def test_an_order_is_taken_and_can_be_followed(app_port: int) -> None:
    taken = ask(app_port, "/orders", '{"product": 1}')

    assert taken.status == 201
    assert json.loads(ask(app_port, "/orders/1").body) == {"id": 1, "product_id": 1, "state": "new"}


@pytest.mark.parametrize("body", ['{"product": 99}', '{"product": "1"}', "[]", "}{"])
def test_an_order_of_nothing_is_refused(app_port: int, body: str) -> None:
    assert ask(app_port, "/orders", body).status == 400


@pytest.mark.parametrize("path", ["/orders/7", "/orders/x", "/nowhere"])
def test_what_does_not_exist_is_not_found(app_port: int, path: str) -> None:
    assert ask(app_port, path).status == 404


def test_the_worker_ships_what_was_ordered(database: Path, start_program: StartProgram) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO orders (product_id) VALUES (1)")

    worker = start_program("worker", database=str(database), heartbeat=str(database.parent / "beat"))

    assert next_line(worker) == "shipped order 1"
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT state FROM orders").fetchall() == [("shipped",)]


@pytest.mark.parametrize(("is_up", "line"), [(True, "the shop answers"), (False, "no answer")])
def test_the_monitor_says_whether_the_shop_answers(
    tmp_path: Path, app_port: int, start_program: StartProgram, is_up: bool, line: str
) -> None:
    address = f"127.0.0.1:{app_port if is_up else free_port()}"

    monitor = start_program("monitor", address=address, interval=0.01, heartbeat=str(tmp_path / "seen.json"))

    assert next_line(monitor).startswith(line)


class Balanced(NamedTuple):
    """A proxy and its folders."""

    port: int
    backends: Path


@pytest.fixture
def proxy(tmp_path: Path, start_program: StartProgram) -> Balanced:
    backends = tmp_path / "backends"
    backends.mkdir()
    port = free_port()
    start_program("proxy", port=port, backends=str(backends), assets=str(SHOP / "assets"))
    return Balanced(port, backends)


def test_the_proxy_serves_assets_and_nothing_beside_them(proxy: Balanced) -> None:
    assert ask(proxy.port, "/assets/style.css").status == 200
    assert ask(proxy.port, "/assets/../catalogue.json").status == 404


def test_the_proxy_says_so_when_it_has_no_server(proxy: Balanced) -> None:
    assert ask(proxy.port, "/").status == 503


def test_the_proxy_takes_the_servers_in_turn(proxy: Balanced, start_app: Callable[[str, int], object]) -> None:
    for name in ("app_1", "app_2"):
        port = free_port()
        start_app(name, port)
        (proxy.backends / f"{name}.backend").write_text(f"127.0.0.1:{port}\n")

    served = [ask(proxy.port, "/").server for _ in range(4)]

    assert {"app_1", "app_2"} == set(served)
    assert served[:2] == served[2:]


def test_a_server_that_is_gone_costs_no_answer(proxy: Balanced, app_port: int) -> None:
    (proxy.backends / "a.backend").write_text(f"127.0.0.1:{free_port()}\n")
    (proxy.backends / "b.backend").write_text(f"127.0.0.1:{app_port}\n")

    assert [ask(proxy.port, "/").status for _ in range(4)] == [200] * 4


def test_the_proxy_passes_orders_on(proxy: Balanced, app_port: int) -> None:
    (proxy.backends / "app.backend").write_text(f"127.0.0.1:{app_port}\n")

    assert ask(proxy.port, "/orders", '{"product": 1}').status == 201
