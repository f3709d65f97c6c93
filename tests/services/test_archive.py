"""What an archive or a folder may hold, and what is refused before it does harm."""

import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.errors import InvalidArchive
from engine.services import archive, content


def a_tar(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as file:
        for info, data in members:
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return path


def entry(name: str, **changes: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for field, value in changes.items():
        setattr(info, field, value)
    return info


def a_zip(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members:
            file.writestr(name, data)
    return path


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("make", [a_zip, lambda path, *files: a_tar(path, *((entry(n), d) for n, d in files))])
def test_files_and_folders_come_out_as_they_went_in(tmp_path: Path, make: Callable[..., Path]) -> None:
    suffix = "a.zip" if make is a_zip else "a.tar.gz"
    packed = make(tmp_path / suffix, ("shop/blueprint.yaml", b"a: 1"), ("shop/scripts/run.sh", b"echo"))
    archive.unpack(packed, tmp_path / "out")

    assert {"shop/blueprint.yaml": b"a: 1", "shop/scripts/run.sh": b"echo"} == files_in(tmp_path / "out")


def test_scripts_stay_executable_and_nothing_else_is_kept_of_a_mode(tmp_path: Path) -> None:
    packed = a_tar(tmp_path / "a.tgz", (entry("run", mode=0o4777), b"#!"), (entry("data", mode=0o600), b"x"))
    archive.unpack(packed, tmp_path / "out")

    assert (0o755, 0o644) == tuple((tmp_path / "out" / name).stat().st_mode & 0o7777 for name in ("run", "data"))


@pytest.mark.parametrize(
    "name", ["../evil", "a/../../evil", "/etc/evil", "C:/evil", "a\\evil", "a\nb", "a\x1b[31m", "x" * 300]
)
def test_a_name_that_may_lead_outside_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidArchive, match="lead outside"):
        archive.unpack(a_tar(tmp_path / "a.tgz", (entry(name), b"x")), tmp_path / "out")

    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    packed = a_tar(tmp_path / "a.tgz", (entry("link", type=kind, linkname="/etc/passwd"), b""))

    with pytest.raises(InvalidArchive, match="neither a file nor a folder"):
        archive.unpack(packed, tmp_path / "out")


@pytest.mark.parametrize(("first", "second"), [("a", "a"), ("Run.sh", "run.SH")])
def test_the_same_name_twice_is_refused(tmp_path: Path, first: str, second: str) -> None:
    packed = a_tar(tmp_path / "a.tgz", (entry(first), b"1"), (entry(second), b"2"))

    with pytest.raises(InvalidArchive, match="twice"):
        archive.unpack(packed, tmp_path / "out")


def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path) -> None:
    packed = a_zip(tmp_path / "a.zip", ("zeros", bytes(64 * 1024 * 1024)))

    with pytest.raises(InvalidArchive, match="bomb"):
        archive.unpack(packed, tmp_path / "out")
    assert sum(len(data) for data in files_in(tmp_path / "out").values()) < 16 * 1024 * 1024


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.zip", "a.tar", "a.tar.gz", "a.tar.bz2"]))
def test_a_damaged_archive_is_named(tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    (folder / name).write_bytes(data)
    try:
        archive.unpack(folder / name, folder / "out")
    except InvalidArchive as error:
        assert name in str(error)
    else:
        assert {} == files_in(folder / "out")


def a_folder(path: Path) -> Path:
    (path / "scripts").mkdir(parents=True)
    (path / "blueprint.yaml").write_text("tosca_definitions_version: cloudify_dsl_1_5\n")
    (path / "scripts" / "run.sh").write_text("echo hello\n")
    return path


def test_the_same_content_is_stored_once(home: Path, tmp_path: Path) -> None:
    digests = {content.store(home, a_folder(tmp_path / name)) for name in ("a", "b")}

    assert 1 == len(digests)
    assert [digests.pop()] == os.listdir(home / "blueprints")


def test_any_change_makes_other_content(home: Path, tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "a")
    first = content.store(home, folder)
    (folder / "scripts" / "run.sh").chmod(0o755)

    assert first != content.store(home, folder)


def test_version_control_and_caches_are_left_out(home: Path, tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "a")
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_text("ref")
    stored = content.store(home, folder)

    assert {"blueprint.yaml", "scripts/run.sh"} == set(files_in(content.folder_of(home, stored)))


def test_a_link_out_of_the_folder_is_refused_and_leaves_nothing(home: Path, tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "a")
    (folder / "secrets").symlink_to("/etc")

    with pytest.raises(InvalidArchive, match="leads outside"):
        content.store(home, folder)
    assert [] == os.listdir(home / "blueprints")


def test_an_archive_with_one_folder_is_opened_at_that_folder(home: Path, tmp_path: Path) -> None:
    packed = a_zip(tmp_path / "shop.zip", ("shop-main/blueprint.yaml", b"a: 1"))

    with content.opened(home, packed, None) as source:
        assert ("shop", "blueprint.yaml", "shop-main") == (source.name, source.main_file, source.folder.name)
    assert [] == os.listdir(home / "blueprints")


def test_the_only_yaml_file_is_the_main_file(home: Path, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "app.yaml").write_text("a: 1")

    with content.opened(home, tmp_path / "shop", None) as source:
        assert ("shop", "app.yaml") == (source.name, source.main_file)
