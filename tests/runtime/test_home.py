"""Where the state directory is, and when it is refused."""

import select
import stat
from pathlib import Path

import pytest

from engine.domain.errors import StorageFailed
from engine.runtime.doorbell import Doorbell, ring
from engine.runtime.home import Home, file_system_of, resolve

MOUNTS = """\
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 21 0:40 / /srv rw - nfs4 server:/export rw
31 30 0:41 / /srv/local rw - xfs /dev/sdb1 rw
32 21 0:42 / /mnt/with\\040space rw shared:7 master:2 - cifs //host/share rw
"""


def test_an_option_wins_over_the_environment(tmp_path: Path) -> None:
    assert Home(tmp_path / "a") == resolve(tmp_path / "a", {"CONDUCTOR_HOME": "/elsewhere"})


def test_the_environment_wins_over_the_platform(tmp_path: Path) -> None:
    assert Home(tmp_path) == resolve(None, {"CONDUCTOR_HOME": str(tmp_path)})


def test_the_platform_has_the_last_word() -> None:
    assert "conductor" == resolve(None, {}).root.name


def test_what_is_missing_is_created_for_this_user_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / "home").ensure()

    assert {0o700} == {stat.S_IMODE(path.stat().st_mode) for path in (home.root, home.runs, home.blueprints)}


def test_a_directory_that_others_may_enter_is_refused_with_the_mend(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)

    with pytest.raises(StorageFailed, match=f"mode 0750.*chmod 700 {tmp_path}"):
        Home(tmp_path).ensure()


def test_a_file_is_no_state_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StorageFailed, match="cannot use the state directory"):
        Home(tmp_path / "file").ensure()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/home/me", "ext4"),
        ("/srv/conductor", "nfs4"),
        ("/srv/local/conductor", "xfs"),
        ("/srvlocal", "ext4"),
        ("/mnt/with space/x", "cifs"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(path: str, expected: str) -> None:
    assert expected == file_system_of(Path(path), MOUNTS)


def test_an_unknown_file_system_is_not_refused() -> None:
    assert "" == file_system_of(Path("/x"), "")


def test_the_bell_is_heard_however_deep_the_directory_lies(tmp_path: Path) -> None:
    home = tmp_path / ("d" * 120)
    home.mkdir()
    bell = Doorbell(home)
    ring(home)

    assert bell.fileno() in _readable(bell)
    bell.silence()
    assert not _readable(bell)
    bell.close()


def test_ringing_where_nobody_lives_harms_nobody(tmp_path: Path) -> None:
    ring(tmp_path)
    ring(tmp_path / "missing")


def test_a_bell_leaves_that_of_its_successor_alone(tmp_path: Path) -> None:
    first = Doorbell(tmp_path)
    second = Doorbell(tmp_path)
    first.close()
    ring(tmp_path)

    assert _readable(second)
    second.close()


def _readable(bell: Doorbell) -> list[int]:
    return select.select([bell.fileno()], [], [], 0)[0]
