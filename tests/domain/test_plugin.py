"""Which stored plugin an import means."""

import pytest

from engine.domain.errors import InvalidValue
from engine.domain.plugin import StoredPlugin, file_for, in_order, plugin_id
from engine.domain.pluginreference import choose, read_reference
from tests.builders import NOW


def stored(version: str, name: str = "demo", distribution: str | None = None) -> StoredPlugin:
    return StoredPlugin(
        id=plugin_id(name, version, distribution),
        package_name=name,
        package_version=version,
        distribution=distribution,
        archive_name="demo.wgn",
        content="0",
        files=("plugin.yaml",),
        uploaded_at=NOW,
    )


@pytest.mark.parametrize(
    ("reference", "chosen"),
    [
        ("demo", "demo-1.10"),
        ("demo?version=1.9", "demo-1.9"),
        ("demo?version=1.9.0", None),
        ("demo?version=>=1.2,<1.10", "demo-1.9"),
        ("demo?version=%3E%3D1.2", "demo-1.10"),
        ("demo?version=~=1.2", "demo-1.10"),
        ("demo?version= >= 1.2 , < 1.9 ", "demo-1.2"),
        ("demo?version=!=1.10", "demo-1.9"),
        ("demo?version=>=2.0rc1", "demo-2.0rc1"),
        ("demo?version=>=3", None),
        ("demos", None),
        ("Demo", None),
    ],
)
def test_the_highest_version_that_fits_is_chosen(reference: str, chosen: str | None) -> None:
    there = [stored(version) for version in ("1.9", "2.0rc1", "1.10", "1.2")] + [stored("9.9", "other")]
    found = choose(read_reference(reference), there)

    assert chosen == (found.id if found else None)


@pytest.mark.parametrize(
    ("reference", "chosen"),
    [
        ("demo", "demo-1.0-centos"),
        ("demo?distribution=ubuntu", "demo-1.0-ubuntu"),
        ("demo?distribution=suse", "demo-0.9"),
        ("demo?version=>=0&distribution=centos", "demo-1.0-centos"),
    ],
)
def test_a_distribution_narrows_the_choice(reference: str, chosen: str) -> None:
    there = [stored("1.0", distribution="ubuntu"), stored("0.9"), stored("1.0", distribution="centos")]
    found = choose(read_reference(reference), there)

    assert found is not None
    assert chosen == found.id


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("", "the name of a plugin is missing"),
        ("?version=1", "the name of a plugin is missing"),
        ("demo?colour=green", "`colour=green` says nothing of a plugin"),
        ("demo?version=", "`version=` says nothing of a plugin"),
        ("demo?version=new", "`new` is no version"),
        ("demo?version=>=a", "`>=a` is no version"),
    ],
)
def test_what_means_no_plugin_is_told(reference: str, reason: str) -> None:
    with pytest.raises(InvalidValue, match="^" + reason.replace("?", r"\?")):
        read_reference(reference)


def test_the_file_of_the_language_comes_before_the_one_for_any() -> None:
    files = in_order(["plugin_1_4.yaml", "other.yaml", "plugin.yaml", "plugin_1_5.yaml"])

    assert "plugin.yaml" == files[0]
    assert "plugin_1_4.yaml" == file_for(files, (1, 4))
    assert "plugin.yaml" == file_for(files, (1, 3))
    assert file_for(("plugin_1_5.yaml",), (1, 3)) is None


def test_an_id_can_be_written_in_a_path() -> None:
    assert "demo-1.0_local-red_hat" == plugin_id("demo", "1.0+local", "red hat")
