"""Does what docs/tutorial.md and docs/demo.md say: writes their files, runs their commands, compares what they show."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.demo.conftest import nothing_left_of

DOCUMENTS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<kind>\w+)\n(?P<text>.*?)```\n", re.DOTALL)
FILE_NAME = re.compile(r"`(hello/[\w./]+)`")
PORT = 8123
DEMO_HOME = ".local/state/conductor-demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of the tutorial with the output that is shown below it."""

    line: str
    shown: list[str]
    """Lines that appear in the output in this order; `…` stands for anything."""


def test_every_file_and_command_of_the_tutorial_works(reader: dict[str, str], tmp_path: Path) -> None:
    with closing(socket.socket()) as probe:
        if probe.connect_ex(("127.0.0.1", PORT)) == 0:
            pytest.skip(f"somebody listens on port {PORT}, which the tutorial uses")

    walk("tutorial.md", tmp_path, reader)


def test_every_command_of_the_demo_page_works(reader: dict[str, str], tmp_path: Path) -> None:
    walk("demo.md", tmp_path, {**reader, "CONDUCTOR_HOME": str(tmp_path / DEMO_HOME)})


def walk(document: str, folder: Path, environment: dict[str, str]) -> None:
    """Do everything that the document says, in its order."""
    for kind, name, text in steps((DOCUMENTS / document).read_text()):
        if kind == "console":
            for command in commands(text):
                run(command, folder, environment)
        elif name:
            add(folder / name, text)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return an environment of its own, in which `conductor` is the one of this project."""
    environment = {
        "PATH": os.pathsep.join((str(_conductor_folder(tmp_path)), os.environ["PATH"])),
        "HOME": str(tmp_path),
        "CONDUCTOR_HOME": str(tmp_path / "state"),
        "NO_COLOR": "1",
    }
    with nothing_left_of(tmp_path):
        yield environment


def steps(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, file name and text of each block."""
    name = ""
    for block in BLOCK.finditer(text):
        paragraph = text[: block.start("kind") - len("\n```")].rsplit("\n\n", 2)[-2:]
        names = FILE_NAME.findall(" ".join(paragraph))
        name = names[-1] if names else name
        yield block["kind"], name, block["text"]


def commands(text: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, *shown = part.rstrip("\n").split("\n")
        yield Command(line=line, shown=shown)


def add(file: Path, text: str) -> None:
    """Write the file, or add to the end of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as target:
        target.write(text)


def run(command: Command, folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        ["bash", "-c", command.line],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    pattern = ".*".join(re.escape(line).replace("…", ".*") for line in command.shown)

    assert (0, True) == (done.returncode, bool(re.search(pattern, done.stdout, re.DOTALL))), (
        f"$ {command.line}\n{done.stdout}"
    )


def _conductor_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "conductor"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m conductor_tui "$@"\n')
    script.chmod(0o755)
    return folder
