"""What an archive or a folder may hold, and what is refused before it does harm."""

import contextlib
import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.errors import InvalidArchive, InvalidValue
from engine.services import archive, content
from tests.builders import store_content


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
    digests = {store_content(home, a_folder(tmp_path / name)) for name in ("a", "b")}

    assert 1 == len(digests)
    assert [digests.pop()] == os.listdir(home / "blueprints")


def test_any_change_makes_other_content(home: Path, tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "a")
    first = store_content(home, folder)
    (folder / "scripts" / "run.sh").chmod(0o755)

    assert first != store_content(home, folder)


def test_version_control_and_caches_are_left_out(home: Path, tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "a")
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_text("ref")
    stored = store_content(home, folder)

    assert {"blueprint.yaml", "scripts/run.sh"} == set(files_in(content.folder_of(home, stored)))


def test_a_link_out_of_the_folder_is_refused_and_leaves_nothing(home: Path, tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "a")
    (folder / "secrets").symlink_to("/etc")

    with pytest.raises(InvalidArchive, match="leads outside"):
        store_content(home, folder)
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


def test_what_a_pipe_brings_can_be_read(home: Path) -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb") as stream:
        stream.write(b"a: 1")

    with content.opened(home, Path(f"/dev/fd/{reader}"), None) as source:
        assert b"a: 1" == (source.folder / source.main_file).read_bytes()
    os.close(reader)


@pytest.mark.parametrize("main", ["../other.yaml", "link.yaml", "{}/other.yaml", "{}/shop/blueprint.yaml"])
def test_a_main_file_outside_of_its_folder_is_refused(home: Path, tmp_path: Path, main: str) -> None:
    folder = a_folder(tmp_path / "shop")
    (tmp_path / "other.yaml").write_text("a: 1")
    (folder / "link.yaml").symlink_to(tmp_path / "other.yaml")

    with pytest.raises(InvalidValue, match="lies outside of shop"), content.opened(home, folder, main.format(tmp_path)):
        pass


def test_a_link_to_a_folder_is_refused_rather_than_left_empty(home: Path, tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "a")
    (folder / "more").symlink_to(folder / "scripts")

    with pytest.raises(InvalidArchive, match="link to a folder"):
        store_content(home, folder)


def test_a_pipe_in_a_folder_is_refused_and_not_waited_for(home: Path, tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "a")
    os.mkfifo(folder / "pipe")

    with pytest.raises(InvalidArchive, match="neither a file nor a folder"):
        store_content(home, folder)


def test_a_zip_with_many_entries_is_refused_before_they_are_read(tmp_path: Path) -> None:
    packed = a_zip(tmp_path / "a.zip", *((f"{index}", b"") for index in range(10_001)))

    with pytest.raises(InvalidArchive, match="more than 10000 entries"):
        archive.unpack(packed, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_zip_that_lies_about_its_entries_is_refused_by_the_length_of_its_directory(tmp_path: Path) -> None:
    packed = a_zip(tmp_path / "a.zip", *((f"{index:0>600}", b"") for index in range(9_500)))
    content = bytearray(packed.read_bytes())
    content[-12:-10] = (1).to_bytes(2, "little")
    packed.write_bytes(content)

    with pytest.raises(InvalidArchive, match="more than 10000 entries"):
        archive.unpack(packed, tmp_path / "out")


def test_a_zip_whose_method_needs_much_memory_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as file:
        file.writestr("x", b"x")

    with pytest.raises(InvalidArchive, match="method that is not read here"):
        archive.unpack(tmp_path / "a.zip", tmp_path / "out")


def test_a_tar_of_a_kind_that_needs_much_memory_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w:xz") as file:
        file.addfile(entry("x"))

    with pytest.raises(InvalidArchive, match="cannot be unpacked"):
        archive.unpack(tmp_path / "a.tar", tmp_path / "out")


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2"])
def test_what_a_tar_is_packed_with_is_seen_from_its_content(tmp_path: Path, mode: str) -> None:
    with tarfile.open(tmp_path / "a.tar", mode) as file:  # type: ignore[call-overload]  # the modes are a parameter
        info = entry("x")
        info.size = 1
        file.addfile(info, io.BytesIO(b"y"))
    archive.unpack(tmp_path / "a.tar", tmp_path / "out")

    assert {"x": b"y"} == files_in(tmp_path / "out")


def test_an_archive_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    packed = a_zip(tmp_path / "a.zip", ("x", b"x"), ("y", b"y"))
    times = iter([0.0, 1.0, 61.0])

    with pytest.raises(InvalidArchive, match="more than 60 seconds"):
        archive.unpack(packed, tmp_path / "out", clock=lambda: next(times))


@settings(max_examples=int(os.environ.get("CONDUCTOR_FUZZ_ARCHIVES", "300")), deadline=None)
@given(st.sampled_from(["zip", "tgz", "tar", "tbz2"]), st.data())
def test_a_damaged_archive_is_refused_or_stays_inside(
    tmp_path_factory: pytest.TempPathFactory, kind: str, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    packed = folder / f"a.{kind}"
    if kind == "zip":
        a_zip(packed, ("shop/blueprint.yaml", b"a: 1" * 50), ("shop/run.sh", b"echo"), ("deep/er/x", b""))
    else:
        with tarfile.open(packed, {"tgz": "w:gz", "tar": "w", "tbz2": "w:bz2"}[kind]) as file:  # type: ignore[call-overload]
            for name in ("shop/blueprint.yaml", "shop/run.sh", "deep/er/x"):
                info = entry(name)
                info.size = 40
                file.addfile(info, io.BytesIO(b"abcd" * 10))
    content = bytearray(packed.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    packed.write_bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))] or b"x")
    inside = folder / "one" / "out"
    inside.mkdir(parents=True)
    with contextlib.suppress(InvalidArchive):
        archive.unpack(packed, inside)

    assert {packed.name, "one"} == set(os.listdir(folder))
    assert ["out"] == os.listdir(folder / "one")
