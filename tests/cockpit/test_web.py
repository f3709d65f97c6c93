"""The cockpit is served to this machine alone."""

from pathlib import Path

import pytest

from conductor_tui import web
from conductor_tui.web import WebMissing
from engine.domain.errors import InvalidValue


@pytest.mark.parametrize(
    ("address", "found"), [("127.0.0.1:8000", ("127.0.0.1", 8000)), ("localhost:1", ("localhost", 1))]
)
def test_addresses_of_this_machine_are_taken(address: str, found: tuple[str, int]) -> None:
    assert found == web.local_address(address)


@pytest.mark.parametrize("address", ["0.0.0.0:8000", "10.0.0.1:80", "example.org:80", ":80", "[::]:80"])
def test_any_other_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidValue, match="serves this machine alone"):
        web.local_address(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", ""])
def test_what_is_no_address_is_said_to_be_none(address: str) -> None:
    with pytest.raises(InvalidValue, match="is no address"):
        web.local_address(address)


def test_each_page_is_a_cockpit_of_the_same_state_directory() -> None:
    line = web.command(Path("/x y"), is_read_only=True)

    assert line.endswith("-m conductor_tui --home '/x y' --read-only")


def test_without_the_extra_it_says_how_to_get_it() -> None:
    try:
        import textual_serve  # type: ignore[import-not-found, unused-ignore] # an extra
    except ImportError:
        with pytest.raises(WebMissing, match=r"pip install 'conductor-tui\[web\]'"):
            web.serve(Path("/x"), web.ADDRESS, is_read_only=False)
    else:
        pytest.skip(f"textual-serve is installed: {textual_serve.__name__}")
