"""The state directory: where it is, what lies in it, and whether it may be used."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.domain.errors import StorageFailed

VARIABLE = "CONDUCTOR_HOME"
NETWORK_FILE_SYSTEMS = frozenset(
    {
        "9p",
        "afs",
        "ceph",
        "cifs",
        "fuse.cephfs",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)


@dataclass(frozen=True, slots=True)
class Home:
    """A state directory."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "conductor.db"

    @property
    def engine_lock(self) -> Path:
        return self.root / "engine.lock"

    @property
    def launch_lock(self) -> Path:
        return self.root / "launch.lock"

    @property
    def engine_log(self) -> Path:
        return self.root / "engine.log"

    @property
    def blueprints(self) -> Path:
        return self.root / "blueprints"

    @property
    def runs(self) -> Path:
        return self.root / "run"

    def run(self, execution_id: str) -> Path:
        """Return the folder by which the processes of an execution are found again."""
        return self.runs / execution_id

    def work(self, deployment_id: str) -> Path:
        """Return the folder in which the operations of a deployment run."""
        return self.root / "work" / deployment_id

    def ensure(self) -> "Home":
        """Create what is missing, for this user alone, and say whether the directory may be used.

        Raises:
            StorageFailed: it belongs to somebody else, others may enter it, or it is on a network.
        """
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_unsafe(self.root, self.root.stat())
            for folder in (self.blueprints, self.runs, self.root / "work"):
                folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise StorageFailed(f"cannot use the state directory {self.root}: {error.strerror}") from error
        return self


def resolve(option: Path | None = None, environment: Mapping[str, str] = os.environ) -> Home:
    """Return the state directory that the option names, else the environment, else the platform's own."""
    if option is not None:
        return Home(option.expanduser().resolve())
    if named := environment.get(VARIABLE):
        return Home(Path(named).expanduser().resolve())
    from platformdirs import user_state_path  # only here: whoever names a directory starts quicker

    return Home(user_state_path("conductor").resolve())


def _refuse_unsafe(root: Path, status: os.stat_result) -> None:
    if not stat.S_ISDIR(status.st_mode):
        raise StorageFailed(f"{root} is not a directory; name another one with --home or {VARIABLE}")
    if status.st_uid != os.geteuid():
        raise StorageFailed(
            f"the state directory {root} belongs to another user (uid {status.st_uid}); "
            f"name one of your own with --home or {VARIABLE}"
        )
    if status.st_mode & 0o077:
        raise StorageFailed(
            f"other users may enter the state directory {root} (mode {stat.S_IMODE(status.st_mode):04o}); "
            f"close it with: chmod 700 {root}"
        )
    kind = file_system_of(root, _mounts())
    if kind in NETWORK_FILE_SYSTEMS:
        raise StorageFailed(
            f"the state directory {root} is on a network file system ({kind}), where locks cannot be trusted; "
            f"name a local directory with --home or {VARIABLE}"
        )


def _mounts() -> str:
    try:
        return Path("/proc/self/mountinfo").read_text(errors="replace")
    except FileNotFoundError:
        return ""


def file_system_of(path: Path, mounts: str) -> str:
    """Return the type of the file system that holds `path`, from the text of mountinfo; empty when unknown."""
    found, longest = "", -1
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 5 or not right:
            continue
        point = Path(fields[4].encode().decode("unicode_escape"))
        if path.is_relative_to(point) and len(point.parts) >= longest:
            found, longest = right.split(" ")[0], len(point.parts)
    return found
