"""Plugins for tests: wheels and wagons, made as the tools of their ecosystem make them."""

import csv
import hashlib
import io
import json
import tarfile
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

YAML = """
plugins:
  demo:
    executor: central_deployment_agent
    package_name: demo-plugin
    package_version: '{version}'
    properties: {{ region: {{ type: string, value: north }} }}
node_types:
  demo.Thing:
    derived_from: cloudify.nodes.Root
    properties: {{ password: {{ default: '' }} }}
    interfaces:
      cloudify.interfaces.lifecycle:
        create: {{ implementation: demo.demo_plugin.tasks.create, inputs: {{ token: {{ default: '' }} }} }}
"""
TASKS = """
from cloudify import ctx
from cloudify.decorators import operation
import demo_needed

@operation
def create(token, **_):
    ctx.logger.info("version {version} with %s of %s", demo_needed.NAME, ctx.plugin.package_version)
    assert token == ctx.node.properties["password"], "another token"
    ctx.instance.runtime_properties["version"] = "{version}"
    ctx.instance.runtime_properties["token"] = token
"""


def write_yaml(path: Path, version: str = "1.0", text: str = YAML, more: str = "") -> Path:
    """Write a plugin.yaml and return its path."""
    path.write_text(text.format(version=version) + more)
    return path


def write_wheel(
    folder: Path,
    package: str,
    version: str,
    files: Mapping[str, str],
    *,
    tag: str = "py3-none-any",
    requires: Sequence[str] = (),
    tampered: Mapping[str, str] | None = None,
) -> Path:
    """Write a wheel; `tampered` replaces files after its record was written."""
    info = f"{package}-{version}.dist-info"
    metadata = "".join(f"Requires-Dist: {one}\n" for one in requires)
    contents = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n{metadata}",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    for name, text in contents.items():
        digest = urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        rows.writerow([name, f"sha256={digest}", len(text.encode())])
    rows.writerow([f"{info}/RECORD", "", ""])
    path = folder / f"{package}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in {**contents, **(tampered or {}), f"{info}/RECORD": record.getvalue()}.items():
            wheel.writestr(name, text)
    return path


def demo_wheel(folder: Path, version: str = "1.0", **options: object) -> Path:
    """Write the wheel of the demo plugin."""
    files = {"demo_plugin/__init__.py": "", "demo_plugin/tasks.py": TASKS.format(version=version)}
    return write_wheel(folder, "demo_plugin", version, files, **options)  # type: ignore[arg-type] # as declared there


def needed_wheel(folder: Path, name: str = "needed") -> Path:
    """Write the wheel that the demo plugin needs."""
    return write_wheel(folder, "demo_needed", "0.1", {"demo_needed.py": f"NAME = '{name}'\n"})


def demo_wagon(folder: Path, version: str = "1.0", *, wheels: Sequence[Path] | None = None, **metadata: object) -> Path:
    """Write a wagon of the demo plugin with what it needs."""
    parts = folder / f"wheels-{version}"
    parts.mkdir(exist_ok=True)
    inside = [demo_wheel(parts, version), needed_wheel(parts)] if wheels is None else list(wheels)
    facts = {
        "archive_name": f"demo_plugin-{version}-py3-none-any.wgn",
        "package_name": "demo-plugin",
        "package_version": version,
        "supported_platform": "any",
        "supported_python_versions": ["py3"],
        "wheels": [one.name for one in inside],
        "created_by_wagon_version": "1.0.3",
        **metadata,
    }
    path = folder / f"demo_plugin-{version}-py3-none-any.wgn"
    with tarfile.open(path, "w:gz") as wagon:
        for one in inside:
            wagon.add(one, f"demo-plugin/wheels/{one.name}")
        text = json.dumps(facts).encode()
        entry = tarfile.TarInfo("demo-plugin/package.json")
        entry.size = len(text)
        wagon.addfile(entry, io.BytesIO(text))
    return path
