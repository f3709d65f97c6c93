"""How the values of secrets are kept out of text, in every form that programs write them in."""

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote, quote_plus

from engine.domain.json import Json
from engine.domain.secret import MASK, parsed

SHORTEST = 6
"""Characters; shorter values are words that occur everywhere, so that nothing is promised for them."""

GROUPED = 3
"""Characters by which forms are grouped; every form is longer."""

_CUT = re.compile(r" \[…[^\]]*\]\Z")
"""How a line ends that was cut, perhaps in the middle of a value."""


def parts_of(value: str) -> tuple[str, ...]:
    """Return what is as secret as the value: itself, each of its lines, and each value in it where it is JSON."""
    return tuple(dict.fromkeys(one for one in (value, *value.splitlines(), *_leaves(parsed(value))) if _is_long(one)))


def _is_long(text: str) -> bool:
    return len(text.strip()) >= SHORTEST


def _leaves(value: Json) -> Iterator[str]:
    match value:
        case dict():
            for one in value.values():
                yield from _leaves(one)
        case list():
            for one in value:
                yield from _leaves(one)
        case str():
            yield value
        case int() | float() if not isinstance(value, bool):
            yield json.dumps(value)


def forms_of(part: str) -> frozenset[str]:
    """Return how a secret text may be written: plainly, or escaped for JSON, Python, HTML or a URL, or in base64."""
    plain = {
        part,
        json.dumps(part)[1:-1],
        json.dumps(part, ensure_ascii=False)[1:-1],
        repr(part)[1:-1],
        html.escape(part),
        quote(part, safe=""),
        quote(part),
        quote_plus(part),
    }
    return frozenset(one for one in (*plain, *_in_base64(part.encode())) if len(one) >= SHORTEST)


def _in_base64(content: bytes) -> Iterator[str]:
    """Yield the characters that stand for these bytes alone, wherever in a longer text they begin."""
    for shift in range(3):
        first, last = -(-shift * 8 // 6), (shift + len(content)) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(b"\0" * shift + content).decode()[first:last]


class Redactor:
    """Replaces secret values in text."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values: frozenset[str] = frozenset()
        self._forms: tuple[str, ...] = ()
        self._compiled: tuple[tuple[str, ...], re.Pattern[str]] = ((), _pattern(()))
        """The forms that the pattern finds, which it does not before it is needed."""
        for value in values:
            self.add(value)

    def add(self, value: str) -> None:
        """Keep a value out of text from now on."""
        if value in self._values:
            return
        forms = {form for part in parts_of(value) for form in forms_of(part)} | set(self._forms)
        self._values |= {value}
        self._forms = tuple(sorted(forms, key=lambda one: (-len(one), one)))

    def text(self, text: str) -> str:
        """Return a text without any of the values."""
        if not self._forms:
            return text
        forms, pattern = self._compiled
        if forms is not self._forms:
            forms = self._forms
            pattern = _pattern(forms)
            self._compiled = forms, pattern
        return _without_beginning(pattern.sub(MASK, text), forms)

    def json(self, value: Json) -> Json:
        """Return a structure without any of the values; the same object where there is none."""
        if not self._forms:
            return value
        match value:
            case str():
                return self.text(value)
            case dict():
                return {self.json(key): self.json(one) for key, one in value.items()}
            case list() | tuple():
                return [self.json(one) for one in value]
        return value


def _without_beginning(text: str, forms: Sequence[str]) -> str:
    """Return a text that was cut without the beginning of a value before the cut."""
    cut = _CUT.search(text)
    if cut is None:
        return text
    said = text[: cut.start()]
    most = max((_overlap(said, form) for form in forms), default=0)
    return f"{said[: len(said) - most]}{MASK}{cut[0]}" if most else text


def _pattern(forms: Sequence[str]) -> re.Pattern[str]:
    """Return what finds the forms, of those that begin alike the earlier."""
    return re.compile(_alternatives(forms, GROUPED) if forms else r"(?!)")


def _alternatives(forms: Sequence[str], depth: int) -> str:
    """Return alternatives grouped by their first characters, so that few are tried at each place of a text."""
    if depth == 0 or len(forms) == 1:
        return "|".join(map(re.escape, forms))
    groups: dict[str, list[str]] = {}
    for form in forms:
        groups.setdefault(form[0], []).append(form[1:])
    return "|".join(f"{re.escape(first)}(?:{_alternatives(rest, depth - 1)})" for first, rest in groups.items())


def _overlap(text: str, form: str) -> int:
    """Return how many characters of the form's beginning end the text, if that many would give it away."""
    for length in range(min(len(form) - 1, len(text)), SHORTEST - 1, -1):
        if text.endswith(form[:length]):
            return length
    return 0
