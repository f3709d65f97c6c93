"""A script can be run however many others are started at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.runtime import commands


def test_a_file_just_written_is_never_busy(tmp_path: Path) -> None:
    def write_and_run(number: int) -> int:
        script = tmp_path / f"script-{number}"
        with commands.nothing_starting():
            script.write_text("#!/bin/sh\nexit 0\n")
            script.chmod(0o700)
        command = commands.Command(
            argv=[str(script)], cwd=tmp_path, env={}, out=lambda line: None, err=lambda line: None
        )
        return commands.run(command).exit_code

    with ThreadPoolExecutor(16) as pool:
        assert {0} == set(pool.map(write_and_run, range(300)))
