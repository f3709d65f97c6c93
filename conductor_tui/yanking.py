"""What can be copied of the thing under the cursor."""

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from conductor_tui.actions import BY_ID
from conductor_tui.subject import Subject

FILE = "copied.txt"
_SHOWN_BY = ("execution.open", "schedule.delete", "deployment.open", "blueprint.deploy", "stored.get")


@dataclass(frozen=True, slots=True)
class Copy:
    """One text that can be copied."""

    letter: str
    name: str
    text: str


def copies(subject: Subject) -> list[Copy]:
    """Return the texts that can be copied of a subject; those that are empty are left out."""
    deployment = subject.deployment_id or ""
    lines = "\n".join(one for one in subject.texts if one)
    found = [
        Copy("l", "line" if len(subject.texts) < 2 else f"{len(subject.texts)} lines", lines),
        Copy("i", "id", subject.name),
        Copy("n", "name", deployment if deployment != subject.name else ""),
        Copy("c", "command line", command(subject)),
        Copy("j", "JSON", as_json(subject)),
    ]
    return [one for one in found if one.text]


def command(subject: Subject) -> str:
    """Return the command line that shows the same thing; empty where there is none."""
    lines = (BY_ID[id].command(subject) for id in _SHOWN_BY if not BY_ID[id].enabled(subject))
    return next((one for one in lines if one), "")


def as_json(subject: Subject) -> str:
    """Return the thing under the cursor with all that is known of it."""
    found = (subject.execution, subject.schedule, subject.deployment, subject.blueprint, subject.snapshot)
    for one in (*found, subject.plugin, subject.secret):
        if one is not None:
            return msgspec.json.encode(one).decode()
    return ""


def keep(text: str, beside: Path | None) -> Path | None:
    """Write the text beside the cockpit's state, for terminals that take no copies; None where that fails."""
    if beside is None:
        return None
    path = beside.with_name(FILE)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return None
    return path
