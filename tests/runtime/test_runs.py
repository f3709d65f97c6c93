"""The folder of an execution knows what was borrowed elsewhere, and takes it along when it goes."""

import os
import subprocess
import sys
from pathlib import Path

from engine.runtime.runs import RunFolder

BORROWING = """
import sys
from pathlib import Path
from engine.runtime.runs import RunFolder
print(RunFolder(Path(sys.argv[1])).borrow("conductor-", longest=98))
"""


def borrowed(run: Path, temporary: Path) -> Path:
    environment = {**os.environ, "TMPDIR": str(temporary)}
    command = [sys.executable, "-P", "-c", BORROWING, str(run)]
    result = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return Path(result.stdout.strip())


def test_a_borrowed_folder_is_where_temporary_files_are_unless_its_path_were_too_long(tmp_path: Path) -> None:
    run, deep = tmp_path / "run", tmp_path / ("deep" * 25)
    run.mkdir()
    deep.mkdir()

    near, far = borrowed(run, Path("/var/tmp")), borrowed(run, deep)  # this is about such places

    assert (Path("/var/tmp"), True) == (near.parent, len(str(far)) <= 98)  # as above
    assert {0o700} == {one.stat().st_mode & 0o777 for one in (near, far)}
    RunFolder(run).remove()
    assert [False, False, False] == [one.exists() for one in (near, far, run)]
