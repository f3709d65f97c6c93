"""Plugins are checked, kept once, and found by imports."""

import json
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.conductor import Conductor
from engine.domain.errors import AlreadyExists, BlueprintInvalid, ConductorError, InUse, NotFound
from engine.services import keeping
from tests.plugins import YAML, demo_wagon, demo_wheel, needed_wheel, write_wheel, write_yaml

SHOP = """
tosca_definitions_version: cloudify_dsl_1_5
imports: [cloudify/types/types.yaml, {plugin}]
node_templates: {{ thing: {{ type: demo.Thing }} }}
"""


WITHOUT_PROPERTIES = YAML.replace("    properties: {{ region: {{ type: string, value: north }} }}\n", "")
"""As the language had it before 1_5."""


@pytest.fixture
def conductor(tmp_path: Path) -> Iterator[Conductor]:
    with closing(Conductor(tmp_path / "home")) as conductor:
        yield conductor


@pytest.fixture
def yaml(tmp_path: Path) -> Path:
    return write_yaml(tmp_path / "plugin.yaml")


def blueprint(folder: Path, plugin: str, text: str = SHOP) -> Path:
    shop = folder / "shop"
    shop.mkdir(exist_ok=True)
    (shop / "blueprint.yaml").write_text(text.format(plugin=plugin))
    return shop


def folders(conductor: Conductor) -> list[str]:
    plugins = conductor.home.root / "plugins"
    return sorted(one.name for one in plugins.iterdir()) if plugins.is_dir() else []


def stored_files(conductor: Conductor) -> set[str]:
    [folder] = folders(conductor)
    root = conductor.home.root / "plugins" / folder
    return {
        one.relative_to(root).as_posix() for one in root.rglob("*") if one.is_file() and "dist-info" not in str(one)
    }


def as_wagon(folder: Path) -> tuple[Path, bool]:
    return demo_wagon(folder), True


def as_zipped_wagon(folder: Path) -> tuple[Path, bool]:
    """Return a wagon as it is made on Windows."""
    path = folder / "zipped.wgn"
    with tarfile.open(demo_wagon(folder)) as wagon, zipfile.ZipFile(path, "w") as archive:
        for entry in wagon:
            content = wagon.extractfile(entry)
            archive.writestr(entry.name, content.read() if content else b"")
    return path, True


def as_wheel(folder: Path) -> tuple[Path, bool]:
    return demo_wheel(folder), True


def as_archive_of_a_wagon(folder: Path) -> tuple[Path, bool]:
    path = folder / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(demo_wagon(folder), "demo_plugin-1.0.wgn")
        archive.write(folder / "plugin.yaml", "plugin.yaml")
        archive.writestr("icon.png", b"\x89PNG")
    return path, False


def as_folder_of_code(folder: Path) -> tuple[Path, bool]:
    code = folder / "code"
    (code / "demo_plugin").mkdir(parents=True)
    (code / "demo_plugin" / "tasks.py").write_text("")
    shutil.copy(folder / "plugin.yaml", code)
    return code, False


def as_archive_of_code(folder: Path) -> tuple[Path, bool]:
    return Path(shutil.make_archive(str(folder / "code"), "gztar", as_folder_of_code(folder)[0])), False


@pytest.mark.parametrize(
    "make", [as_wagon, as_zipped_wagon, as_wheel, as_archive_of_a_wagon, as_folder_of_code, as_archive_of_code]
)
def test_a_plugin_comes_in_many_forms(
    conductor: Conductor, tmp_path: Path, yaml: Path, make: Callable[[Path], tuple[Path, bool]]
) -> None:
    path, needs_yaml = make(tmp_path)
    done = conductor.upload_plugin(path, [yaml] if needs_yaml else [])

    assert ("demo-plugin-1.0", "demo-plugin", "1.0") == (
        done.plugin.id,
        done.plugin.package_name,
        done.plugin.package_version,
    )
    assert {"files/plugin.yaml", "site/demo_plugin/tasks.py"} <= stored_files(conductor)
    plan = conductor.validate_blueprint(blueprint(tmp_path, "plugin:demo-plugin"))
    assert ("demo-plugin-1.0",) == plan.imported_plugins


def test_what_a_wagon_brings_along_lies_apart(conductor: Conductor, tmp_path: Path, yaml: Path) -> None:
    done = conductor.upload_plugin(demo_wagon(tmp_path), [yaml])

    assert ("demo-needed==0.1", "demo-plugin==1.0") == done.plugin.packages
    assert "needed/demo_needed.py" in stored_files(conductor)
    assert () == done.lacking


def test_what_conductor_stands_in_for_is_left_out(conductor: Conductor, tmp_path: Path, yaml: Path) -> None:
    common = write_wheel(tmp_path, "cloudify_common", "6.4", {"cloudify/__init__.py": ""})
    wagon = demo_wagon(tmp_path, wheels=[demo_wheel(tmp_path, requires=["cloudify-common>=4"]), common])
    done = conductor.upload_plugin(wagon, [yaml])

    assert ("cloudify-common==6.4",) == done.left_out
    assert () == done.lacking
    assert not [one for one in stored_files(conductor) if "cloudify/" in one]


def test_what_is_missing_is_told(conductor: Conductor, tmp_path: Path, yaml: Path) -> None:
    requires = ["not-there-at-all>=2", "msgspec", "demo-needed>=5", 'windows-only; sys_platform == "win32"']
    wagon = demo_wagon(tmp_path, wheels=[demo_wheel(tmp_path, requires=requires), needed_wheel(tmp_path)])

    assert ("demo-needed>=5", "not-there-at-all>=2") == conductor.upload_plugin(wagon, [yaml]).lacking


def test_the_same_plugin_is_kept_once(conductor: Conductor, tmp_path: Path, yaml: Path) -> None:
    wagon = demo_wagon(tmp_path)
    first, second = conductor.upload_plugin(wagon, [yaml]), conductor.upload_plugin(wagon, [yaml])

    assert (True, False) == (first.is_new, second.is_new)
    assert first.plugin == second.plugin
    assert 1 == len(folders(conductor))


def test_another_plugin_of_the_same_version_is_refused(conductor: Conductor, tmp_path: Path, yaml: Path) -> None:
    conductor.upload_plugin(demo_wagon(tmp_path), [yaml])
    before = folders(conductor)
    write_yaml(yaml, more="\n# another\n")

    with pytest.raises(AlreadyExists, match=r"a plugin `demo-plugin-1\.0` exists already"):
        conductor.upload_plugin(demo_wagon(tmp_path), [yaml])
    assert before == folders(conductor)


def test_a_platform_gives_a_plugin_its_distribution(conductor: Conductor, tmp_path: Path, yaml: Path) -> None:
    system = {"distribution": "CentOS", "distribution_release": "core", "distribution_version": "7"}
    wagon = demo_wagon(tmp_path, supported_platform="linux_x86_64", build_server_os_properties=system)

    assert "demo-plugin-1.0-centos" == conductor.upload_plugin(wagon, [yaml]).plugin.id


def cut_off(folder: Path) -> Path:
    path = demo_wagon(folder)
    path.write_bytes(path.read_bytes()[:-200])
    return path


def without_metadata(folder: Path) -> Path:
    path = folder / "x.wgn"
    with tarfile.open(path, "w:gz") as wagon:
        wagon.add(demo_wheel(folder), "demo/wheels/demo_plugin-1.0-py3-none-any.whl")
    return path


def without_record(folder: Path) -> Path:
    path = folder / "demo_plugin-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("demo_plugin/tasks.py", "")
    return path


def a_text(folder: Path) -> Path:
    (folder / "demo.txt").write_text("")
    return folder / "demo.txt"


BROKEN: dict[str, Callable[[Path], Path]] = {
    "cut off": cut_off,
    "another file than recorded": lambda at: demo_wheel(at, tampered={"demo_plugin/tasks.py": "import os"}),
    "another Python": lambda at: demo_wheel(at, tag="cp27-cp27mu-manylinux1_x86_64"),
    "a way out": lambda at: write_wheel(at, "demo_plugin", "1.0", {"../../escaped.py": ""}),
    "no name of a wheel": lambda at: demo_wheel(at).rename(at / "demo.whl"),
    "no wheel of its own": lambda at: demo_wagon(at, wheels=[needed_wheel(at)]),
    "no version": lambda at: demo_wagon(at, package_version="newest"),
    "no metadata": without_metadata,
    "no record": without_record,
    "no archive": a_text,
    "nowhere": lambda at: at / "nowhere",
}
"""Uploads that have one thing wrong with them."""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("cut off", "cannot be unpacked"),
        ("another file than recorded", "`demo_plugin/tasks.py` is not what the wheel's record says"),
        ("another Python", "is for cp27-cp27mu-manylinux1_x86_64, and Conductor runs on cp3"),
        ("a way out", "may lead outside its folder"),
        ("no name of a wheel", "`demo.whl` is not named as a wheel is"),
        ("no wheel of its own", "holds no wheel of `demo-plugin`"),
        ("no version", "has the version `newest`, which is none"),
        ("no metadata", "has no package.json that can be read"),
        ("no record", "has no record of its files"),
        ("no archive", "demo.txt is no plugin"),
        ("nowhere", "there is no file"),
    ],
)
def test_what_cannot_be_trusted_is_refused_and_leaves_nothing(
    conductor: Conductor, tmp_path: Path, yaml: Path, name: str, reason: str
) -> None:
    with pytest.raises(ConductorError, match=reason):
        conductor.upload_plugin(BROKEN[name](tmp_path), [yaml])

    assert ([], []) == (conductor.plugins(), folders(conductor))
    assert not list(tmp_path.rglob("escaped.py"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (YAML.replace("'{version}'", "'2.0'"), r"plugin\.yaml:6:22: `package_version` is `2\.0`.*write `1\.0`"),
        (YAML.replace("demo-plugin", "demo"), r"plugin\.yaml:5:19: `package_name` is `demo`"),
        (YAML.replace("executor:", "exekutor:"), r"plugin\.yaml:4:5: .*did you mean `executor`"),
        (YAML.replace("value: north", "default: north"), r"plugin\.yaml:7:43: a plugin property has no key `default`"),
        ("node_types: {{}}", "describes no plugin"),
        ("plugins: [", r"plugin\.yaml:1:10: this is not YAML"),
        ("plugins: !!python/object:os.system {{}}", r"plugin\.yaml:1:10"),
    ],
)
def test_mistakes_in_a_yaml_file_are_told_with_their_place(
    conductor: Conductor, tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(BlueprintInvalid, match=reason):
        conductor.upload_plugin(demo_wagon(tmp_path), [write_yaml(tmp_path / "plugin.yaml", text=text)])

    assert [] == folders(conductor)


def test_types_that_another_plugin_may_have_are_no_mistake(conductor: Conductor, tmp_path: Path) -> None:
    text = YAML.replace("derived_from: cloudify.nodes.Root", "derived_from: other.Thing")

    assert conductor.upload_plugin(demo_wagon(tmp_path), [write_yaml(tmp_path / "plugin.yaml", text=text)]).is_new


def test_a_wagon_wants_its_yaml_file(conductor: Conductor, tmp_path: Path) -> None:
    with pytest.raises(ConductorError, match=r"has no plugin\.yaml; name it with -y"):
        conductor.upload_plugin(demo_wagon(tmp_path))


@pytest.mark.parametrize(
    ("plugin", "reason"),
    [
        ("plugin:demo-plugim", r"blueprint\.yaml:3:38: .*no plugin `demo-plugim` is uploaded.*mean `demo-plugin`"),
        ("plugin:nothing", r"no plugin `nothing` is uploaded \(upload it first, with `conductor plugins upload PATH`"),
        ("plugin:demo-plugin?version=>=2", r"no uploaded version .* is `>=2` \(uploaded are `1\.0` and `1\.1`\)"),
        ("plugin:demo-plugin?size=2", r"`size=2` says nothing of a plugin"),
        ("plugin:demo-plugin?version=latest", r"`latest` is no version"),
        ("{{ plugin:demo-plugin: {{ regio: south }} }}", "the plugin `demo` has no property `regio`.*`region`"),
        ("{{ plugin:demo-plugin: {{ region: [1] }} }}", "`region` of the plugin `demo` is of the type `string`"),
    ],
)
def test_an_import_that_finds_nothing_says_what_there_is(
    conductor: Conductor, tmp_path: Path, plugin: str, reason: str
) -> None:
    for version in ("1.0", "1.1"):
        conductor.upload_plugin(demo_wagon(tmp_path, version), [write_yaml(tmp_path / "plugin.yaml", version)])

    with pytest.raises(BlueprintInvalid, match=reason):
        conductor.validate_blueprint(blueprint(tmp_path, plugin.format()))


def test_a_plan_keeps_the_version_that_was_the_highest(conductor: Conductor, tmp_path: Path) -> None:
    conductor.upload_plugin(demo_wagon(tmp_path), [write_yaml(tmp_path / "plugin.yaml")])
    conductor.upload_blueprint(blueprint(tmp_path, "plugin:demo-plugin?version=>=1.0"), "old")
    conductor.upload_plugin(demo_wagon(tmp_path, "1.1"), [write_yaml(tmp_path / "plugin.yaml", "1.1")])
    conductor.upload_blueprint(tmp_path / "shop", "new")

    assert ("demo-plugin-1.0",) == conductor.blueprint("old").plan.imported_plugins
    assert ("demo-plugin-1.1",) == conductor.blueprint("new").plan.imported_plugins
    assert "1.1" == conductor.blueprint("new").plan.plugins["demo"].package_version


def test_the_file_is_that_of_the_blueprints_language(conductor: Conductor, tmp_path: Path, yaml: Path) -> None:
    own = write_yaml(tmp_path / "plugin_1_4.yaml", text=WITHOUT_PROPERTIES.replace("demo.Thing", "demo.Old"))
    conductor.upload_plugin(demo_wagon(tmp_path), [own, yaml])

    old = SHOP.replace("demo.Thing", "demo.Old").replace("_1_5", "_1_4")
    assert conductor.validate_blueprint(blueprint(tmp_path, "plugin:demo-plugin", old))
    assert conductor.validate_blueprint(blueprint(tmp_path, "plugin:demo-plugin"))


def test_properties_of_an_import_reach_the_plan(conductor: Conductor, tmp_path: Path, yaml: Path) -> None:
    conductor.upload_plugin(demo_wagon(tmp_path), [yaml])
    plan = conductor.validate_blueprint(blueprint(tmp_path, "{ plugin:demo-plugin: { region: south } }"))

    assert "south" == plan.plugins["demo"].properties["region"]["value"]


def test_labels_are_those_that_were_kept_with_the_plugin(conductor: Conductor, tmp_path: Path) -> None:
    kept = write_yaml(tmp_path / "plugin.yaml", more="blueprint_labels: { kind: { values: [kept] } }\n")
    text = (
        WITHOUT_PROPERTIES
        + "blueprint_labels: {{ kind: {{ values: [dropped] }} }}\nlabels: {{ a: {{ values: [b] }} }}\n"
    )
    other = write_yaml(tmp_path / "plugin_1_4.yaml", text=text)
    conductor.upload_plugin(demo_wagon(tmp_path), [kept, other])
    plan = conductor.validate_blueprint(blueprint(tmp_path, "plugin:demo-plugin", SHOP.replace("_1_5", "_1_4")))

    assert ({"kind": ["kept"]}, {}) == (plan.blueprint_labels, plan.labels)


def test_a_plugin_that_is_used_is_deleted_by_force_alone(conductor: Conductor, tmp_path: Path, yaml: Path) -> None:
    conductor.upload_plugin(demo_wagon(tmp_path), [yaml])
    conductor.upload_blueprint(blueprint(tmp_path, "plugin:demo-plugin"), "shop")

    with pytest.raises(InUse, match="is in use: blueprint shop"):
        conductor.delete_plugin("demo-plugin-1.0")
    conductor.delete_plugin("demo-plugin-1.0", force=True)
    assert ([], []) == (conductor.plugins(), folders(conductor))
    with pytest.raises(NotFound):
        conductor.delete_plugin("demo-plugin-1.0")


def test_a_plugin_whose_package_is_declared_is_used_too(conductor: Conductor, tmp_path: Path, yaml: Path) -> None:
    conductor.upload_plugin(demo_wagon(tmp_path), [yaml])
    shop = blueprint(tmp_path, "plugin.yaml")
    shutil.copy(yaml, shop)
    conductor.upload_blueprint(shop, "shop")

    assert ["blueprint shop"] == conductor.plugin_users("demo-plugin-1.0")


def test_plugins_are_listed(conductor: Conductor, tmp_path: Path, yaml: Path) -> None:
    conductor.upload_plugin(demo_wagon(tmp_path), [yaml])

    [plugin] = conductor.plugins()
    assert plugin == conductor.plugin("demo-plugin-1.0")
    assert ("demo_plugin-1.0-py3-none-any.wgn", ("plugin.yaml",)) == (plugin.archive_name, plugin.files)
    assert json.dumps(plugin.labels) == "{}"


def test_a_folder_that_holds_the_state_directory_is_not_copied_into_itself(tmp_path: Path) -> None:
    code = as_folder_of_code_in(tmp_path)
    with closing(Conductor(code / "home")) as conductor:
        with pytest.raises(ConductorError, match="holds Conductor's state directory; put the plugin into a folder"):
            conductor.upload_plugin(code)

        assert [] == conductor.plugins()


def as_folder_of_code_in(folder: Path) -> Path:
    write_yaml(folder / "plugin.yaml")
    return as_folder_of_code(folder)[0]


def test_content_that_no_plugin_names_is_swept_away(conductor: Conductor, tmp_path: Path, yaml: Path) -> None:
    conductor.upload_plugin(demo_wagon(tmp_path), [yaml])
    [named] = folders(conductor)
    (conductor.home.root / "plugins" / ("0" * 64) / "site").mkdir(parents=True)

    keeping.sweep(conductor._database, conductor.home.root)
    assert [named] == folders(conductor)
