"""Plans of unchanged sources, kept by content and checked against everything that they depended on."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from engine.domain.blueprint import Plan
from engine.dsl.functions import FUNCTIONS
from engine.dsl.library import Folder
from engine.dsl.parse import open_folder, parse_in
from engine.dsl.quiet import without_collection
from engine.dsl.uploads import Shelving

_FORMAT = 2
"""Raised when the language or the plan changes so that kept plans mean something else."""


MOST_KEPT = 100
"""Plans; a large one takes a few megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A kept plan with everything that it depended on."""

    read: dict[str, str]
    """Path in the folder → digest of the file."""
    looked_for: dict[str, bool]
    """Path in the folder → whether there was a file."""
    plan: Plan


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Entry)


class PlanCache:
    """Plans in a folder of their own; losing it costs time only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def parse(self, path: Path, *, root: Path | None = None, shelving: Shelving | None = None) -> Plan:
        """Return the plan of a blueprint, kept or new; one that imports other blueprints or plugins is not kept.

        Raises:
            BlueprintInvalid: with every mistake that was found; refusals are not kept.
        """
        place = self._place(path, root)
        if place is not None and (plan := self._kept(place, root or path.parent)) is not None:
            return plan
        folder = open_folder(path, root)
        plan = parse_in(folder, path, shelving(folder) if shelving else None)
        if place is not None and not plan.imported_blueprints and not plan.imported_plugins:
            self._keep(place, _entry(folder, plan))
        return plan

    def _place(self, path: Path, root: Path | None) -> Path | None:
        """Return the file of an entry: named by the main file's content, its path, and the language."""
        try:
            content = path.read_bytes()
        except OSError:
            return None
        shown = path.relative_to(root).as_posix() if root and path.is_relative_to(root) else path.as_posix()
        digest = hashlib.sha256(b"\0".join((_language(), shown.encode(), content)))
        return self.folder / f"{digest.hexdigest()}.plan"

    def _kept(self, place: Path, root: Path) -> Plan | None:
        try:
            with without_collection():
                entry = _DECODER.decode(place.read_bytes())
        except (OSError, msgspec.MsgspecError):
            return None
        return entry.plan if _is_current(entry, root) else None

    def _keep(self, place: Path, entry: _Entry) -> None:
        """Write an entry so that nobody ever reads half of one; a full disk only means that nothing is kept."""
        with contextlib.suppress(OSError, OverflowError, msgspec.MsgspecError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(_ENCODER.encode(entry))
                Path(name).replace(place)
                self._forget_oldest()
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def _forget_oldest(self) -> None:
        """Keep the folder from growing for ever."""
        kept = sorted(self.folder.glob("*.plan"), key=lambda one: one.stat().st_mtime_ns)
        for one in kept[:-MOST_KEPT]:
            one.unlink(missing_ok=True)


def _entry(folder: Folder, plan: Plan) -> _Entry:
    return _Entry(
        read={name: _digest(content) for name, content in folder.read.items()},
        looked_for=dict(folder.looked_for),
        plan=plan,
    )


def _is_current(entry: _Entry, root: Path) -> bool:
    return _are_there(entry.looked_for, root) and all(
        _digest_of(root / name) == digest for name, digest in entry.read.items()
    )


def _are_there(looked_for: Mapping[str, bool], root: Path) -> bool:
    return all((root / name).is_file() == was_there for name, was_there in looked_for.items())


def _digest_of(path: Path) -> str:
    try:
        return _digest(path.read_bytes())
    except OSError:
        return ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@cache
def _language() -> bytes:
    """Return what distinguishes this version of the language from others: its code, its types and its functions."""
    types = files("engine.dsl").joinpath("types/types.yaml").read_bytes()
    code = [
        (one.name, one.stat().st_size, one.stat().st_mtime_ns) for one in sorted(Path(__file__).parent.glob("*.py"))
    ]
    return f"{_FORMAT} {_digest(types)} {code} {sorted(FUNCTIONS)}".encode()
