"""Uploading a blueprint: it is collected, parsed and then there whole, or its row says why not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

from engine.domain.blueprint import Plan
from engine.domain.deployment import Blueprint
from engine.domain.errors import AlreadyExists, BlueprintInvalid, ConductorError, InUse, NotFound
from engine.domain.naming import check_id
from engine.domain.upload import FAILURES, INTERRUPTED, Progress, Upload, UploadState, Watch
from engine.services import archive, content
from engine.services.scratch import is_in_use, scratch
from storage import blueprints, plugins, uploads
from storage.database import Database

Clock = Callable[[], datetime]


class _Attempt:
    """One upload at work: its row follows what is done, and somebody may watch."""

    def __init__(self, database: Database, upload: Upload, clock: Clock, watch: Watch) -> None:
        self.database, self.upload, self.clock, self.watch = database, upload, clock, watch

    def at(self, state: UploadState) -> None:
        """Go on to another state.

        Raises:
            NotFound: the upload was deleted meanwhile.
        """
        with self.database.write() as connection:
            self.require(uploads.change(connection, self.upload, state, self.clock()))
        self.upload = replace(self.upload, state=state)
        self.watch(Progress(state=state))

    def note(self, files: int, size: int) -> None:
        self.watch(Progress(state=self.upload.state, files=files, size=size))

    def require(self, is_there: bool) -> None:
        if not is_there:
            raise NotFound("upload", self.upload.id, "it was deleted meanwhile; upload the blueprint again")

    @contextmanager
    def told(self) -> Iterator[None]:
        """Let the row tell how the upload fails, if it does."""
        try:
            yield
        except BlueprintInvalid as error:
            self._fail(UploadState.INVALID, str(error))
            raise
        except ConductorError as error:
            self._fail(FAILURES[self.upload.state], str(error))
            raise
        except (KeyboardInterrupt, MemoryError):
            self._fail(FAILURES[self.upload.state], INTERRUPTED)
            raise

    def _fail(self, state: UploadState, error: str) -> None:
        with self.database.write() as connection:
            if blueprints.exists(connection, self.upload.id):  # somebody else was quicker
                uploads.end(connection, self.upload)
            else:
                uploads.change(connection, self.upload, state, self.clock(), error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be uploaded."""

    path: Path
    """A file, a folder or an archive."""
    id: str | None = None
    """None takes the name of the folder or archive."""
    main_file: str | None = None
    """None takes `blueprint.yaml`, or the only YAML file there is."""


def upload(
    database: Database, home: Path, request: Request, *, clock: Clock, watch: Watch = lambda _: None
) -> Blueprint:
    """Store a blueprint; one that cannot be stored leaves a row that says why, and nothing else.

    Raises:
        BlueprintInvalid: with every mistake and its place.
        AlreadyExists: the id is taken, or somebody is uploading under it; no row is left.
        InvalidValue: the id cannot be one; no row is left.
        NotFound: there is no such path, and no row is left; or no such main file in it.
        InvalidArchive: it cannot be read.
        NotFound: the upload was deleted meanwhile.
    """
    id = check_id("blueprint", request.id or content.name_of(request.path))
    content.require_storable(request.path)
    with scratch(home) as folder:
        attempt = _Attempt(database, _begin(database, home, id, request, folder, clock()), clock, watch)
        with attempt.told():
            attempt.at(_first_state(request.path))
            source = content.collect(home, request.path, request.main_file, folder, attempt.note)
            attempt.at(UploadState.PARSING)
            plan = _parsed(database, home, source)
            return _finish(attempt, home, source, plan)


def _first_state(path: Path) -> UploadState:
    is_packed = archive.is_archive(path) and not path.is_dir()
    return UploadState.EXTRACTING if is_packed else UploadState.UPLOADING


def _begin(database: Database, home: Path, id: str, request: Request, folder: Path, now: datetime) -> Upload:
    begun = Upload(
        id=id,
        state=UploadState.PENDING,
        source=str(request.path),
        scratch=folder.name,
        created_at=now,
        changed_at=now,
    )
    with database.write() as connection:
        _require_free(connection, id)
        earlier = uploads.find(connection, id)
        if earlier and earlier.state.is_under_way and is_in_use(home, earlier.scratch):
            raise AlreadyExists("upload of blueprint", id)
        uploads.begin(connection, begun)
    return begun


def _parsed(database: Database, home: Path, source: content.Source) -> Plan:
    from engine.services import parsing  # the parser is only needed here: listings start without it

    return parsing.parsed(database, home, source)


def _finish(attempt: _Attempt, home: Path, source: content.Source, plan: Plan) -> Blueprint:
    """Put content and blueprint in their place, in one transaction with the end of the upload."""
    digest = content.secure(source.folder)
    blueprint = Blueprint(
        id=attempt.upload.id,
        description=plan.description,
        main_file=source.main_file,
        content=digest,
        plan=plan,
        created_at=attempt.clock(),
    )
    with attempt.database.write() as connection:
        attempt.require(uploads.end(connection, attempt.upload))
        _require_free(connection, blueprint.id)
        _require_imported(connection, plan)
        content.keep(home, source.folder, digest)
        blueprints.insert(connection, blueprint)
    attempt.watch(Progress(state=UploadState.UPLOADED))
    return blueprint


def _require_free(connection: Connection, id: str) -> None:
    if blueprints.exists(connection, id):
        raise AlreadyExists("blueprint", id)


def _require_imported(connection: Connection, plan: Plan) -> None:
    """Check that what was imported while the blueprint was read is still there."""
    gone = [("blueprint", id) for id in plan.imported_blueprints if not blueprints.exists(connection, id)]
    gone += [("plugin", id) for id in plan.imported_plugins if not plugins.exists(connection, id)]
    for kind, id in gone:
        raise NotFound(kind, id, "it was imported, but has been deleted meanwhile")


def settle(database: Database, home: Path, now: datetime) -> None:
    """Let the rows of uploads whose process has gone say so."""
    with database.read() as connection:
        gone = [one for one in uploads.all(connection) if one.state.is_under_way and not is_in_use(home, one.scratch)]
    if not gone:
        return
    with database.write() as connection:
        for one in gone:
            uploads.change(connection, one, FAILURES[one.state], now, INTERRUPTED)


def listed(database: Database, home: Path, now: datetime) -> list[Upload]:
    """Return the uploads that are under way or have failed, by id."""
    settle(database, home, now)
    with database.read() as connection:
        return uploads.all(connection)


def find(database: Database, home: Path, id: str, now: datetime) -> Upload | None:
    """Return the upload of an id, if it is under way or has failed."""
    return next((one for one in listed(database, home, now) if one.id == id), None)


def forget(database: Database, upload: Upload, *, force: bool = False) -> None:
    """Remove the row of an upload; one that is under way ends when it finds out.

    Raises:
        InUse: it is under way, and that is not to be broken off.
    """
    if upload.state.is_under_way and not force:
        raise InUse("blueprint", upload.id, f"it is still {upload.state}; wait, or say --force to break that off")
    with database.write() as connection:
        uploads.end(connection, upload)
