"""The cockpit is served to this machine alone."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from conductor_tui import web
from conductor_tui.web import AddressTaken
from engine.domain.errors import InvalidValue


@pytest.mark.parametrize(
    ("address", "port"), [("127.0.0.1:8000", 8000), ("localhost:1", 1), ("127.0.0.1:65535", 65535), ("127.0.0.1:0", 0)]
)
def test_addresses_of_this_machine_are_taken(address: str, port: int) -> None:
    assert port == web.local_port(address)


@pytest.mark.parametrize("address", ["0.0.0.0:8000", "10.0.0.1:80", "example.org:80", ":80", "[::]:80"])
def test_any_other_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidValue, match="serves this machine alone"):
        web.local_port(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", ""])
def test_what_is_no_address_is_said_to_be_none(address: str) -> None:
    with pytest.raises(InvalidValue, match="is no address"):
        web.local_port(address)


def test_each_page_is_a_cockpit_of_the_same_state_directory() -> None:
    line = web.command(Path("/x y"), is_read_only=True)

    assert line.startswith("exec ")
    assert line.endswith("-m conductor_tui --home '/x y' --read-only")


def test_without_the_extra_it_says_how_to_get_it() -> None:
    code = "import sys; sys.modules['textual_serve'] = None; from conductor_tui.__main__ import main; sys.exit(main())"
    result = subprocess.run([sys.executable, "-c", code, "--web"], capture_output=True, text=True, check=False)

    assert (1, "") == (result.returncode, result.stdout)
    assert "pip install 'conductor-tui[web]'" in result.stderr


def test_a_port_that_is_taken_is_said_to_be(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(AddressTaken, match=f"port {port} .* choose another with --web-address"):
            web.serve(home, f"127.0.0.1:{port}", is_read_only=False)
