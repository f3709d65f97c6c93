"""The user's config file: what it may say, and what is wrong with it, by file, line and nearest name."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

import msgspec

from conductor_tui.actions import BY_ID
from conductor_tui.keys import KEY_LABELS, MOVING, Keymap, clashes
from conductor_tui.themes import NAMES
from engine.domain.errors import ConductorError
from engine.domain.json import Json

PATH_VARIABLE = "CONDUCTOR_CONFIG"


class Notice(StrEnum):
    """How the end of an execution is told while the terminal is not looked at."""

    BELL = "bell"
    OSC9 = "osc9"
    """A notification of the desktop, where the terminal knows the sequence."""
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What can be set; `keys` gives actions other keys."""

    theme: str | None = None
    """None takes what was chosen last with T."""
    ascii: bool = False
    mouse: bool = True
    read_only: bool = False
    restore: bool = True
    """Come back to the view, the filters and the sorting of the last time."""
    notice: Notice = Notice.BELL
    title: bool = True
    """Tell the progress in the terminal's title."""
    keys: Mapping[str, tuple[str, ...]]

    @property
    def keymap(self) -> Keymap:
        return Keymap(self.keys)


DEFAULT = Config(keys={})
_TYPES: dict[str, type] = {
    "theme": str,
    "ascii": bool,
    "mouse": bool,
    "read_only": bool,
    "restore": bool,
    "notice": Notice,
    "title": bool,
}
_WORDS = {bool: "must be true or false", str: "must be a text in quotes"}
_BY_LABEL = {label: key for key, label in KEY_LABELS.items() if not label.isalpha()}


class ConfigInvalid(ConductorError):
    """The config file has mistakes, one line each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def config_path(environ: Mapping[str, str] | None = None) -> Path:
    """Return where the config file is looked for."""
    named = (os.environ if environ is None else environ).get(PATH_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("conductor") / "config.toml"


def load(path: Path) -> Config:
    """Read the config file; one that is not there sets nothing.

    Raises:
        ConfigInvalid: it cannot be read, or says what cannot be.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return DEFAULT
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid([f"{path}: it cannot be read: {error}"]) from error
    return read(text, str(path))


def read(text: str, file: str) -> Config:
    """Return what the text of a config file sets.

    Raises:
        ConfigInvalid: every mistake, with file, line and what was probably meant.
    """
    import tomllib  # most users have no config file, and the first picture waits for every import

    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigInvalid([_syntax(error, text, file)]) from error
    reading = _Reading(text, file)
    values = {name: reading.value(key, name, given[key]) for key, name in _known(given)}
    keys = reading.keys(given.get("keys", {}))
    reading.refuse_unknown(given)
    if reading.problems:
        raise ConfigInvalid(reading.problems)
    return msgspec.convert({**values, "keys": keys}, Config)


def _known(given: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    return ((key, key.replace("-", "_")) for key in given if key.replace("-", "_") in _TYPES)


class _Reading:
    """One pass over a file, with the mistakes found so far."""

    def __init__(self, text: str, file: str) -> None:
        self.lines = text.splitlines()
        self.file = file
        self.problems: list[str] = []

    def value(self, key: str, name: str, value: Json) -> Json:
        wanted = _TYPES[name]
        try:
            msgspec.convert(value, wanted)
        except msgspec.ValidationError:
            self._blame(key, _WORDS.get(wanted, f"must be one of {', '.join(Notice)}"))
        else:
            if name == "theme" and value not in NAMES:
                self._blame(key, f"`{value}` is no theme; {_nearest(str(value), NAMES)}")
        return value

    def keys(self, table: Json) -> dict[str, list[str]]:
        """Return the keys by action id; `execution.cancel = "c"` without quotes is a table in a table to TOML."""
        if not isinstance(table, dict):
            self._blame("keys", "must be a table of action ids with their keys")
            return {}
        made: dict[str, list[str]] = {}
        for id, value in _flat(table):
            if id not in BY_ID:
                self._blame(id, f"is no action; {_nearest(id, BY_ID)}")
            elif not isinstance(value, str):
                self._blame(id, 'must be keys in quotes, parted by blanks, such as "c ctrl+k"')
            else:
                made[id] = [_BY_LABEL.get(key, key) for key in value.split()]
                for key in MOVING.intersection(made[id]):
                    self._blame(id, f"cannot have `{key}`: it moves in lists")
        self._refuse_clashes(made)
        return made

    def _refuse_clashes(self, made: Mapping[str, list[str]]) -> None:
        keymap = Keymap({id: tuple(keys) for id, keys in made.items()})
        for first, second in clashes(keymap=keymap):
            changed, other = (second, first) if second in made else (first, second)
            shared = sorted(set(keymap.keys(BY_ID[first])) & set(keymap.keys(BY_ID[second])))
            self._blame(changed, f"cannot have `{shared[0]}`: `{other}` has it there; give that another key too")

    def refuse_unknown(self, given: Mapping[str, Json]) -> None:
        names = [name.replace("_", "-") for name in (*_TYPES, "keys")]
        for key in given:
            if key.replace("_", "-") not in names:
                self._blame(key, f"is no setting; {_nearest(key, names)}")

    def _blame(self, key: str, what: str) -> None:
        self.problems.append(f"{self.file}:{_line_of(key, self.lines)}: `{key}` {what}")


def _flat(table: Mapping[str, Json], before: str = "") -> Iterator[tuple[str, Json]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _line_of(key: str, lines: list[str]) -> int:
    """Return the number of the line that sets `key`, from 1."""
    pattern = re.compile(rf"\s*\[?\s*[\"']?(keys\.)?[\"']?{re.escape(key)}[\"']?\s*[=\]]")
    return next((number for number, line in enumerate(lines, 1) if pattern.match(line)), 1)


def _nearest(word: str, words: Mapping[str, object] | tuple[str, ...] | list[str]) -> str:
    found = get_close_matches(word, list(words), n=1, cutoff=0.5)
    return f"did you mean `{found[0]}`?" if found else f"there are {', '.join(list(words)[:12])}"


def _syntax(error: ValueError, text: str, file: str) -> str:
    told = str(error)
    place = re.search(r"\(at line (\d+), column (\d+)\)", told)
    number = int(place[1]) if place else text.count("\n") + 1
    return f"{file}:{number}: {told.partition(' (at')[0]}"
