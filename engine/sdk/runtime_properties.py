"""Runtime properties as operations use them: read when needed, remembered as changed by top-level writes."""

from typing import Any

from engine.domain.json import Json, JsonObject
from engine.sdk.errors import NonRecoverableError


class RuntimeProperties(dict[str, Json]):
    """A dictionary that knows whether it was changed; a change deep inside a value does not count."""

    def __init__(self, values: JsonObject) -> None:
        super().__init__(values)
        self.is_dirty = False

    def __setitem__(self, key: str, value: Json) -> None:
        self.is_dirty = True
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        self.is_dirty = True
        super().__delitem__(key)

    def update(self, *args: Any, **kwargs: Any) -> None:
        self.is_dirty = True
        super().update(*args, **kwargs)

    def clear(self) -> None:
        self.is_dirty = True
        super().clear()

    def pop(self, *args: Any) -> Json:
        self.is_dirty = True
        return super().pop(*args)

    def popitem(self) -> tuple[str, Json]:
        self.is_dirty = True
        return super().popitem()


class ReadOnlyProperties(dict[str, Json]):
    """A dictionary that says no to every change."""

    def __init__(self, values: JsonObject, owner: str) -> None:
        super().__init__(values)
        self._owner = owner

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise NonRecoverableError(f"the properties of {self._owner} cannot be changed")

    __setitem__ = __delitem__ = update = clear = pop = popitem = setdefault = _refuse
