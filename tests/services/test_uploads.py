"""What becomes of an upload: a whole blueprint, or a row that says why not, and never anything between."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.domain.errors import AlreadyExists, BlueprintInvalid, ConductorError, InUse, InvalidArchive, NotFound
from engine.domain.upload import Progress, Upload, UploadState
from engine.services import blueprints, keeping, uploads
from storage import blueprints as rows
from storage.database import Database
from tests.builders import NOW, upload

GOOD = "tosca_definitions_version: cloudify_dsl_1_5\n"
BAD = f"{GOOD}inputs: {{ a: {{ tpye: string }} }}\n"

DYING = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from engine.domain.upload import UploadState
from engine.services import uploads
from storage.database import Database

def watch(progress):
    if progress.state is UploadState(sys.argv[3]):
        print("there", flush=True)
        sys.stdin.read()

home = Path(sys.argv[1])
request = uploads.Request(path=Path(sys.argv[2]), id="shop")
uploads.upload(Database.open(home), home, request, clock=lambda: datetime.now(UTC), watch=watch)
"""


def a_folder(path: Path, text: str = GOOD) -> Path:
    path.mkdir()
    (path / "blueprint.yaml").write_text(text)
    return path


def found(database: Database, home: Path, id: str = "shop") -> Upload | None:
    return uploads.find(database, home, id, NOW)


def test_whoever_watches_sees_every_state_and_what_was_read(database: Database, home: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []
    request = uploads.Request(path=a_folder(tmp_path / "shop"))
    uploads.upload(database, home, request, clock=lambda: NOW, watch=seen.append)

    assert ["uploading", "parsing", "uploaded"] == list(dict.fromkeys(one.state.value for one in seen))
    assert Progress(state=UploadState.UPLOADING, files=1, size=len(GOOD)) in seen
    assert found(database, home) is None


def test_the_state_of_an_upload_can_be_seen_by_others(database: Database, home: Path, tmp_path: Path) -> None:
    seen: list[UploadState | None] = []

    def look(progress: Progress) -> None:
        one = found(database, home)
        seen.append(one.state if one else None)

    request = uploads.Request(path=a_folder(tmp_path / "shop"))
    uploads.upload(database, home, request, clock=lambda: NOW, watch=look)

    assert [UploadState.UPLOADING, UploadState.PARSING, None] == list(dict.fromkeys(seen))


def test_mistakes_leave_a_row_that_tells_them_and_no_blueprint(database: Database, home: Path, tmp_path: Path) -> None:
    with pytest.raises(BlueprintInvalid) as refusal:
        upload(database, home, a_folder(tmp_path / "shop", BAD), "shop")

    left = found(database, home)
    assert left is not None
    assert (UploadState.INVALID, str(refusal.value)) == (left.state, left.error)
    assert [] == os.listdir(home / "blueprints")


def test_an_unsafe_archive_leaves_a_row_that_says_so(database: Database, home: Path, tmp_path: Path) -> None:
    (tmp_path / "shop.zip").write_bytes(b"PK nonsense")
    with pytest.raises(InvalidArchive):
        upload(database, home, tmp_path / "shop.zip", "shop")

    left = found(database, home)
    assert left is not None
    assert UploadState.FAILED_EXTRACTING is left.state
    assert [] == os.listdir(home / "blueprints")


@pytest.mark.parametrize(
    ("path", "id"), [("nowhere", "shop"), ("shop", "a b/c"), ("pipe", "shop"), ("x" * 300, "x"), ("a.tar.xz", "a")]
)
def test_what_cannot_even_begin_leaves_no_row(
    database: Database, home: Path, tmp_path: Path, path: str, id: str
) -> None:
    a_folder(tmp_path / "shop")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a.tar.xz").write_bytes(b"")
    with pytest.raises(ConductorError):
        upload(database, home, tmp_path / path, id)

    assert [] == uploads.listed(database, home, NOW)


def test_a_failed_upload_is_tried_again_under_its_id(database: Database, home: Path, tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "shop", BAD)
    with pytest.raises(BlueprintInvalid):
        upload(database, home, folder, "shop")
    (folder / "blueprint.yaml").write_text(GOOD)
    upload(database, home, folder, "shop")

    assert found(database, home) is None


def test_a_failed_upload_can_be_forgotten(database: Database, home: Path, tmp_path: Path) -> None:
    with pytest.raises(BlueprintInvalid):
        upload(database, home, a_folder(tmp_path / "shop", BAD), "shop")
    left = found(database, home)
    assert left is not None
    uploads.forget(database, left)

    assert found(database, home) is None


def test_nobody_uploads_where_somebody_else_is_at_it(database: Database, home: Path, tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "shop")

    def meddle(progress: Progress) -> None:
        if progress.state is UploadState.PARSING:
            with pytest.raises(AlreadyExists):
                upload(database, home, folder, "shop")

    uploads.upload(database, home, uploads.Request(path=folder), clock=lambda: NOW, watch=meddle)

    with database.read() as connection:
        assert ["shop"] == rows.ids(connection)


def test_an_upload_under_way_is_deleted_only_by_force_and_then_ends(
    database: Database, home: Path, tmp_path: Path
) -> None:
    def delete(progress: Progress) -> None:
        one = found(database, home)
        if progress.state is UploadState.PARSING and one is not None:
            with pytest.raises(InUse, match="still parsing"):
                uploads.forget(database, one)
            uploads.forget(database, one, force=True)

    request = uploads.Request(path=a_folder(tmp_path / "shop"))
    with pytest.raises(NotFound, match="deleted meanwhile"):
        uploads.upload(database, home, request, clock=lambda: NOW, watch=delete)

    with database.read() as connection:
        assert [] == rows.ids(connection)
    assert [] == os.listdir(home / "blueprints")


@pytest.mark.parametrize(
    ("state", "becomes"),
    [(UploadState.UPLOADING, UploadState.FAILED_UPLOADING), (UploadState.PARSING, UploadState.FAILED_PARSING)],
)
def test_a_killed_upload_is_seen_to_be_one_and_swept(
    database: Database, home: Path, tmp_path: Path, state: UploadState, becomes: UploadState
) -> None:
    command = [sys.executable, "-c", DYING, str(home), str(a_folder(tmp_path / "shop")), state.value]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        alive = found(database, home)
        assert alive is not None
        assert state is alive.state
        keeping.sweep(database, home)
        assert 1 == len(os.listdir(home / "blueprints"))
        child.kill()

    left = found(database, home)
    assert left is not None
    assert (becomes, "the upload was interrupted; upload the blueprint again") == (left.state, left.error)
    keeping.sweep(database, home)
    assert [] == os.listdir(home / "blueprints")


def test_content_is_kept_once_and_as_long_as_a_blueprint_needs_it(
    database: Database, home: Path, tmp_path: Path
) -> None:
    folder = a_folder(tmp_path / "shop")
    stored = {upload(database, home, folder, id).content for id in ("a", "b")}
    assert stored == set(os.listdir(home / "blueprints"))

    blueprints.delete(database, home, "a")
    assert stored == set(os.listdir(home / "blueprints"))
    blueprints.delete(database, home, "b")
    assert [] == os.listdir(home / "blueprints")


def test_content_that_no_blueprint_came_to_name_is_swept(database: Database, home: Path, tmp_path: Path) -> None:
    kept = upload(database, home, a_folder(tmp_path / "shop"), "shop").content
    (home / "blueprints" / ("0" * 64)).mkdir()
    keeping.sweep(database, home)

    assert [kept] == os.listdir(home / "blueprints")


def test_a_blueprint_that_others_import_is_deleted_by_force_alone(
    database: Database, home: Path, tmp_path: Path
) -> None:
    upload(database, home, a_folder(tmp_path / "base"), "base")
    upload(database, home, a_folder(tmp_path / "shop", f"{GOOD}imports: [ base--blueprint:base ]\n"), "shop")
    with pytest.raises(InUse, match="import it: shop"):
        blueprints.delete(database, home, "base")
    blueprints.delete(database, home, "base", force=True)

    with database.read() as connection:
        assert ["shop"] == rows.ids(connection)
