"""Hostile documents are refused, or read, in bounded time and memory, and never end the process."""

import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from engine.domain.errors import BlueprintInvalid, ConductorError
from engine.dsl import evaluation
from engine.dsl.inputs import prepare
from engine.dsl.instantiate import instantiate
from engine.dsl.parse import parse
from tests.dsl.conftest import HEADER

VERSION = "tosca_definitions_version: cloudify_dsl_1_5\n"


def laughs(levels: int) -> str:
    """Return lists of aliases, each ten times as long as the one before."""
    first = "dsl_definitions:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    return first + "".join(f"  a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, levels))


def merges(levels: int) -> str:
    """Return mappings that merge the one before ten times."""
    first = "dsl_definitions:\n  a0: &a0 { k: 1, l: 2, m: 3 }\n"
    return first + "".join(f"  a{i}: &a{i}\n    <<: [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, levels))


def doubling(levels: int) -> str:
    """Return properties that each read the one before twice."""
    names = "".join(f"      p{i}: {{}}\n" for i in range(levels))
    one = "{{ get_property: [SELF, p{0}] }}"
    values = "".join(
        f"      p{i}: {{ concat: [{one.format(i - 1)}, {one.format(i - 1)}] }}\n" for i in range(1, levels)
    )
    return (
        f"node_types:\n  t:\n    properties:\n{names}"
        f"node_templates:\n  n:\n    type: t\n    properties:\n      p0: xxxxxxxxxx\n{values}"
    )


REFUSED = {
    "nested lists": VERSION + "x: " + "[" * 100_000,
    "nested mappings": VERSION + "x: " + "{a: " * 100_000,
    "nested blocks": VERSION + "x:\n" + "".join(" " * i + "a:\n" for i in range(2, 2000)),
    "aliases that multiply": VERSION + laughs(12),
    "merge keys that multiply": VERSION + merges(24),
    "an alias of itself": VERSION + "metadata: &a { b: *a }\n",
    "an integer of many digits": VERSION + f"metadata: {{ a: {'9' * 300_000} }}\n",
    "a fraction of many digits": VERSION + f"metadata: {{ a: 1{'9' * 300_000}.5 }}\n",
    "a tag that makes objects": VERSION + "metadata: !!python/object/apply:os.system [echo]\n",
    "a tag of its own": VERSION + "metadata: !mine x\n",
    "a control character": VERSION + "metadata: { a: '\x1b[31m' }\n",
    "a NUL character": VERSION + "metadata: { a: \0 }\n",
    "a key of a megabyte": VERSION + "k" * 1_000_000 + ": 1\n",
    "an unclosed quote": VERSION + "metadata: { a: '" + "x" * 1_000_000,
    "two documents": VERSION + "---\n" + VERSION,
    "keys that are lists": VERSION + "metadata: { ? [a] : b }\n",
    "types without end": HEADER
    + "node_types:\n  t0: {}\n"
    + "".join(f"  t{i}: {{ derived_from: t{i - 1} }}\n" for i in range(1, 3000)),
    "mistakes without end": HEADER
    + "node_templates:\n"
    + "".join(f"  n{i}: {{ type: no.type{i} }}\n" for i in range(3000)),
    "a pattern that never ends": HEADER
    + f"inputs: {{ a: {{ default: '{'a' * 40}!', constraints: [ {{ pattern: '(a+)+$' }} ] }} }}\n",
    "an expression of brackets": HEADER + f"inputs: {{ a: {{ type: regex, default: '{'(' * 3000}{')' * 3000}' }} }}\n",
    "functions that double": HEADER + doubling(45),
    "instances of instances": HEADER
    + "node_templates:\n"
    + "".join(
        f"  n{i}:\n    type: cloudify.nodes.Root\n"
        "    capabilities: { scalable: { properties: { default_instances: 1000 } } }\n"
        + (f"    relationships: [ {{ type: cloudify.relationships.contained_in, target: n{i - 1} }} ]\n" if i else "")
        for i in range(4)
    ),
}

READ = {
    "keys that collide as numbers": VERSION
    + "metadata:\n"
    + "".join(f"  {i * (2**61 - 1)}: 1\n" for i in range(10_000)),
    "a number in base 60": VERSION + f"metadata: {{ a: {':'.join(['1'] * 50_000)} }}\n",
    "groups in groups": HEADER
    + "node_templates: { n: { type: cloudify.nodes.Root } }\ngroups:\n  g0: { members: [n] }\n"
    + "".join(f"  g{i}: {{ members: [g{i - 1}] }}\n" for i in range(1, 1000))
    + "policies: { p: { type: cloudify.policies.scaling, targets: ["
    + ", ".join(f"g{i}" for i in range(1000))
    + "] } }\n",
    "containers in containers": HEADER
    + "node_templates:\n  n0: { type: cloudify.nodes.Root }\n"
    + "".join(
        f"  n{i}:\n    type: cloudify.nodes.Root\n"
        f"    relationships: [ {{ type: cloudify.relationships.contained_in, target: n{i - 1} }} ]\n"
        for i in range(1, 1000)
    ),
}


@pytest.fixture
def run(tmp_path: Path) -> Callable[[str], None]:
    """Take a text all the way to node instances."""

    def through(text: str) -> None:
        path = tmp_path / "blueprint.yaml"
        path.write_text(text)
        numbers = count()
        instantiate(prepare(parse(path, root=tmp_path), {})[0], lambda: str(next(numbers)))

    return through


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_it_is_refused(run: Callable[[str], None], text: str) -> None:
    with pytest.raises(ConductorError) as refusal:
        run(text)

    assert len(str(refusal.value)) < 100_000


def test_the_calls_of_all_values_together_are_limited(
    run: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert evaluation.MOST_OF_ALL <= 500_000  # some six seconds
    monkeypatch.setattr(evaluation, "MOST_OF_ALL", 50_000)
    many = "".join(f"  o{i}: {{ value: {{ get_property: [n, p12] }} }}\n" for i in range(50))

    with pytest.raises(ConductorError, match="the values of the blueprint need more than 50,000 function calls"):
        run(HEADER + doubling(13) + "outputs:\n" + many)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_it_is_read(run: Callable[[str], None], text: str) -> None:
    run(text)


def test_a_giant_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "blueprint.yaml"
    with path.open("wb") as stream:
        stream.truncate(100 * 1024 * 1024)

    with pytest.raises(BlueprintInvalid, match="bytes"):
        parse(path)


def test_invalid_utf_8_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "blueprint.yaml"
    path.write_bytes(VERSION.encode() + b"description: \xff\xfe\n")

    with pytest.raises(BlueprintInvalid) as refusal:
        parse(path, root=tmp_path)

    assert ["blueprint.yaml:2:14: the text is not UTF-8 (save the file as UTF-8)"] == [
        str(one) for one in refusal.value.problems
    ]


@pytest.mark.timeout(60)
def test_imports_that_multiply_are_refused(tmp_path: Path) -> None:
    for level in range(4):
        entries = "".join(f"  - n{i}--level{level + 1}.yaml\n" for i in range(50))
        (tmp_path / f"level{level}.yaml").write_text(VERSION + f"imports:\n{entries}")
    (tmp_path / "level4.yaml").write_text("inputs: { a: {} }\n")

    with pytest.raises(BlueprintInvalid, match="files"):
        parse(tmp_path / "level0.yaml", root=tmp_path)


def test_aliases_that_multiply_over_many_files_are_refused(tmp_path: Path) -> None:
    entries = "".join(f"  - part{i}.yaml\n" for i in range(100))
    (tmp_path / "main.yaml").write_text(VERSION + f"imports:\n{entries}")
    for i in range(100):
        values = "".join(f"  o{i}_{j}: {{ value: *a4 }}\n" for j in range(5))
        (tmp_path / f"part{i}.yaml").write_text(f"{laughs(5)}outputs:\n{values}")

    with pytest.raises(BlueprintInvalid, match="aliases of all files"):
        parse(tmp_path / "main.yaml", root=tmp_path)


BOUNDED = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
from engine.domain.errors import ConductorError
from engine.dsl.parse import parse
for path in sorted(Path(sys.argv[1]).glob("*.yaml")):
    try:
        parse(path)
    except ConductorError:
        pass
"""


@pytest.mark.timeout(300)
def test_all_of_them_need_no_more_than_a_gigabyte(tmp_path: Path) -> None:
    for index, text in enumerate((*REFUSED.values(), *READ.values())):
        (tmp_path / f"{index:02}.yaml").write_text(text)
    done = subprocess.run([sys.executable, "-c", BOUNDED, str(tmp_path)], capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stderr)


def test_nothing_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("description: secret\n")
    folder = tmp_path / "blueprint"
    folder.mkdir()
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    addresses = [
        "../secret.yaml",
        str(tmp_path / "secret.yaml"),
        "link.yaml",
        "file:///etc/passwd",
        "a/../../secret.yaml",
    ]

    for address in addresses:
        (folder / "main.yaml").write_text(VERSION + f"imports: ['{address}']\n")
        with pytest.raises(BlueprintInvalid, match="cannot import"):
            parse(folder / "main.yaml", root=folder)
