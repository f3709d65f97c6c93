"""The recorded cases: where they are, and how the parser is fed from them."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.domain.blueprint import Plan
from engine.domain.errors import BlueprintInvalid
from engine.dsl.library import Missing
from engine.dsl.parse import parse_tree
from engine.dsl.source import Tree, load
from engine.dsl.version import Version
from tests.conformance import supplied

Record = dict[str, Any]

_PLACES = (
    os.environ.get("CONDUCTOR_CONFORMANCE", ""),
    str(Path(__file__).parents[3] / "shared" / "conformance"),
)


def folder() -> Path | None:
    """Return the folder with the recorded cases; None where there is none."""
    return next((Path(place) for place in _PLACES if place and Path(place).is_dir()), None)


@cache
def all_records() -> tuple[Record, ...]:
    """Return every recorded case that can be replayed, three of them with files that are made up."""
    place = folder()
    path = place / "dsl" / "recorded.jsonl" if place else None
    if path is None or not path.is_file():
        return ()
    found = [_completed(json.loads(line)) for line in path.read_text().splitlines()]
    return tuple(one for one in found if one.get("replayable") is not False)


def _completed(record: Record) -> Record:
    """Return a case with stand-ins for what it imports, where that was not recorded but follows from its result."""
    if record.get("replayable") is not False:
        return record
    documents = supplied.documents(record.get("test", ""))
    return record if documents is None else {**record, "imports": documents, "replayable": True}


def cases(kind: str) -> list[Any]:
    """Return the cases of a kind as test parameters; one that skips where there are none."""
    parses = {one["id"] for one in all_records() if one["kind"] == "parse" and one["outcome"].get("ok")}
    found = [
        pytest.param(one, id=f"{one['id']}")
        for one in all_records()
        if one["kind"] == kind and one.get("parse_id", one["id"]) in parses | {one["id"]}
    ]
    return found or [pytest.param(None, id="none", marks=pytest.mark.skip("no recorded cases here"))]


def by_id(id: int) -> Record:
    """Return the case of that number."""
    return next(one for one in all_records() if one["id"] == id)


@cache
def _children() -> dict[int, list[Record]]:
    """Return the parses of imported blueprints by the parse that asked for them."""
    found: dict[int, list[Record]] = {}
    for one in all_records():
        if one.get("parent") is not None:
            found.setdefault(one["parent"], []).append(one)
    return found


def _family(record: Record) -> list[Record]:
    return [record, *(one for child in _children().get(record["id"], []) for one in _family(child))]


class Recorded:
    """The documents that a recorded case fetched, as a library."""

    def __init__(self, record: Record) -> None:
        self.texts = {one["url"]: one["text"] for part in _family(record) for one in part["imports"]}
        self.scripts = {url for url, exists in record["url_exists"].items() if exists}
        self.location = record["options"]["dsl_location"] or ""
        resolver = record["options"]["resolver"] or {}
        self.blueprints: dict[str, Any] = resolver.get("blueprint_mapping", {})

    def find(self, written: str, importer: str, version: Version) -> Tree | Missing:
        """Return a document by one of the addresses that the reference would have asked for."""
        if written in self.blueprints:
            text = self.blueprints[written]
            return load(text if isinstance(text, str) else text[0], written)
        near = f"{importer.rpartition('/')[0]}/{written}"
        for address in (written, f"file:{written}", f"file://{written}", near, f"resource:{written}"):
            if address in self.texts:
                return load(self.texts[address], address)
        return Missing(reason="not recorded")

    def has_script(self, path: str) -> bool:
        """Return whether the reference found a script of this name."""
        return any(url.endswith(f"/{path}") for url in self.scripts)


def parse_record(record: Record) -> Plan:
    """Return what our parser makes of a recorded text.

    Raises:
        BlueprintInvalid: it refuses it.
    """
    location = record["options"]["dsl_location"]
    tree = load(record["yaml"], f"file:{location}" if location else "main")
    return parse_tree(tree, Recorded(record), checks_versions=record["options"]["validate_version"])


__all__ = ["BlueprintInvalid", "Record", "Recorded", "by_id", "cases", "folder", "parse_record"]
