"""Modules that are imported when they are first used, so that a quick command pays for what it needs alone."""

from importlib import import_module
from types import ModuleType


class _Lazy(ModuleType):
    """Stands for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> object:
        found = getattr(import_module(self.__name__), name)
        self.__dict__[name] = found
        return found


def lazy(name: str) -> ModuleType:
    """Return what stands for the module of this full name."""
    return _Lazy(name)
