"""A script is never written while another program starts, which would keep it open and busy."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path

import pytest

from engine.runtime import commands


def run(script: Path) -> int:
    return commands.run(
        commands.Command(argv=[str(script)], cwd=script.parent, env={}, out=lambda _: None, err=lambda _: None)
    ).exit_code


def test_nothing_starts_while_a_script_is_written(tmp_path: Path) -> None:
    script = tmp_path / "script"
    with ThreadPoolExecutor(1) as pool:
        with commands.nothing_starting():
            other = pool.submit(run, Path("/bin/true"))
            with pytest.raises(NotYet):
                other.result(timeout=0.2)
            script.write_text("#!/bin/sh\nexit 0\n")
            script.chmod(0o700)

        assert (0, 0) == (other.result(timeout=10), run(script))
