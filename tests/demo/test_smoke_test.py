"""The checks of the shop's smoke test, against the shop's real programs."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from engine.sdk.errors import NonRecoverableError
from tests.demo.conftest import SHOP, StartProgram, free_port


@pytest.fixture
def smoke_test(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SHOP))
    return import_module("shop_plugin.smoke_test")


@pytest.fixture
def address(database: Path, start_program: StartProgram) -> str:
    port = free_port()
    start_program("app", port=port, database=str(database), shop_name="Bits & Bobs")
    return f"127.0.0.1:{port}"


def test_the_expected_text_on_the_page_is_found(smoke_test: ModuleType, address: str) -> None:
    assert "app shows `Bits & Bobs`" == smoke_test.look_at_page(address, "Bits & Bobs")


def test_another_text_fails_the_test(smoke_test: ModuleType, address: str) -> None:
    with pytest.raises(NonRecoverableError, match=f"the page at http://{address}/ does not contain `Nuts`"):
        smoke_test.look_at_page(address, "Nuts")


def test_a_wrong_status_fails_the_test(smoke_test: ModuleType, address: str) -> None:
    with pytest.raises(NonRecoverableError, match=f"http://{address}/assets/style.css answered 404"):
        smoke_test.look_at_style(address)


def test_silence_fails_the_test(smoke_test: ModuleType) -> None:
    with pytest.raises(NonRecoverableError, match="does not answer"):
        smoke_test.look_at_page(f"127.0.0.1:{free_port()}", "anything")


def test_an_order_that_nobody_ships_fails_the_test(smoke_test: ModuleType, address: str) -> None:
    with pytest.raises(NonRecoverableError, match="order 1 was not shipped within 0 seconds"):
        smoke_test.order_something(address, 0)


def test_an_order_is_followed_until_it_is_shipped(
    smoke_test: ModuleType, address: str, tmp_path: Path, database: Path, start_program: StartProgram
) -> None:
    start_program("worker", database=str(database), heartbeat=str(tmp_path / "heartbeat"))

    assert "order 1 (Baton <b>) is shipped" == smoke_test.order_something(address, 10)
