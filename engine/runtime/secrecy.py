"""The secrets that a worker has read: kept out of what it records, and put back as calls where values are kept."""

from collections.abc import Iterator
from threading import Lock

from engine.domain.json import Json, JsonObject
from engine.domain.redaction import SHORTEST, Redactor
from engine.domain.secret import parsed

Path = list[str | int]


class Secrecy:
    """What one worker knows and must not tell. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._redactor = Redactor()
        self._calls: dict[str, JsonObject] = {}
        """Secret text → the call that gives it."""

    def hear(self, key: str, value: str) -> None:
        """Keep a value secret from now on."""
        with self._lock:
            if value in self._calls:
                return
            for text, path in _texts(value):
                if len(text) >= SHORTEST:
                    self._calls[text] = {"get_secret": [key, *path] if path else key}
            self._redactor.add(value)

    def hide(self, text: str) -> str:
        """Return a text without secrets."""
        return self._redactor.text(text)

    def hidden(self, value: Json) -> Json:
        """Return a structure without secrets."""
        return self._redactor.json(value)

    def folded(self, values: JsonObject) -> JsonObject:
        """Return a mapping with the calls that give the secrets in place of them; itself where there is none."""
        if not self._calls:
            return values
        texts = sorted(self._calls, key=len, reverse=True)
        return {key: self._folded(one, texts) for key, one in values.items()}

    def _folded(self, value: Json, texts: list[str]) -> Json:
        match value:
            case dict():
                return {key: self._folded(one, texts) for key, one in value.items()}
            case list() | tuple():
                return [self._folded(one, texts) for one in value]
            case str() if any(text in value for text in texts):
                pieces = self._pieces(value, texts)
                return pieces[0] if len(pieces) == 1 else {"concat": pieces}
        return value

    def _pieces(self, value: str, texts: list[str]) -> list[Json]:
        """Return the text in pieces: the calls of the longest secrets in it, and what stands between."""
        text = next((one for one in texts if one in value), None)
        if text is None:
            return [value] if value else []
        before, _, after = value.partition(text)
        return [*self._pieces(before, texts), self._calls[text], *self._pieces(after, texts)]


def _texts(value: str) -> Iterator[tuple[str, Path]]:
    """Yield the secret texts of a value with the keys that lead to each."""
    yield value, []
    yield from _leaves(parsed(value), [])


def _leaves(value: Json, path: Path) -> Iterator[tuple[str, Path]]:
    match value:
        case dict():
            for key, one in value.items():
                yield from _leaves(one, [*path, key])
        case list():
            for index, one in enumerate(value):
                yield from _leaves(one, [*path, index])
        case str():
            yield value, path
