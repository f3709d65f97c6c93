"""Finds the functions that plans name: in the blueprint's folder, in stored plugins or in what is installed."""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine import compat
from engine.runtime.site import Site
from engine.sdk.errors import NonRecoverableError
from engine.services.plugincontent import NEEDED, OWN


class Plugins:
    """Imports plugin functions, each once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._found: dict[tuple[str, str], Callable[..., Any]] = {}
        self._added: list[str] = []

    def turn(self, site: Site) -> None:
        """Import from the folders of another blueprint from now on, also what has the name of something imported."""
        old, self._site = self._site, site
        if _roots(old) == _roots(site):
            return
        self._found.clear()
        self._leave_path()
        _forget_modules(_roots(old))
        self._enter_path()

    def folders(self) -> list[Path]:
        """Return where modules of the blueprint are looked for, nearest first."""
        site = self._site
        folders = [site.main_folder, site.blueprint_folder]
        for base in dict.fromkeys(folders):
            for plugin in site.deployment.plan.plugins.values():
                names = [name for name in (plugin.source, plugin.name) if name]
                folders += [base / "plugins" / name for name in names]
                if plugin.source:
                    folders.append(base / plugin.source)
            folders.append(base / "plugins")
        folders += [folder for base in site.imported.values() for folder in (base, base / "plugins")]
        roots = _roots(site)
        inside = [one for one in dict.fromkeys(folders) if any(one.resolve().is_relative_to(root) for root in roots)]
        return [one for one in (*inside, *(plugin / OWN for plugin in site.plugins)) if one.is_dir()]

    def needed(self) -> list[Path]:
        """Return where the packages are that stored plugins bring along; those that Conductor has go before them."""
        return [one for one in (plugin / NEEDED for plugin in self._site.plugins) if one.is_dir()]

    @contextmanager
    def importable(self) -> Iterator[None]:
        """Let modules of the blueprint be imported, without leaving compiled files in its folder."""
        compat.install()
        wrote = sys.dont_write_bytecode
        sys.dont_write_bytecode = True
        self._enter_path()
        try:
            yield
        finally:
            sys.dont_write_bytecode = wrote
            self._leave_path()

    def _enter_path(self) -> None:
        first, last = [list(map(str, folders)) for folders in (self.folders(), self.needed())]
        self._added = [*first, *last]
        sys.path[:0] = first
        sys.path.extend(last)
        importlib.invalidate_caches()

    def _leave_path(self) -> None:
        for folder in self._added:
            sys.path.remove(folder)

    def function(self, plugin: str, path: str) -> Callable[..., Any]:
        """Return the function of a dotted path.

        Raises:
            NonRecoverableError: the module cannot be imported, or has no such function.
        """
        key = (plugin, path)
        if key not in self._found:
            self._found[key] = _import(plugin, path)
        return self._found[key]


def _roots(site: Site) -> list[Path]:
    """Return the folders outside of which no module of the blueprint or of its plugins lies."""
    return [one.resolve() for one in (site.blueprint_folder, *site.imported.values(), *site.plugins)]


def _forget_modules(roots: list[Path]) -> None:
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and any(Path(file).resolve().is_relative_to(root) for root in roots):
            del sys.modules[name]


def _import(plugin: str, path: str) -> Callable[..., Any]:
    module_name, _, name = path.rpartition(".")
    if not module_name:
        raise NonRecoverableError(f"`{path}` of plugin `{plugin}` names no function; write module.function")
    module = _module(plugin, module_name)
    function = getattr(module, name, None)
    if not callable(function):
        raise NonRecoverableError(f"module `{module_name}` of plugin `{plugin}` has no function `{name}`")
    found: Callable[..., Any] = function
    return found


def _module(plugin: str, name: str) -> object:
    """Import a module by its name, or by its name inside the plugin's own package."""
    candidates = (name, f"{plugin}.{name}") if plugin and not name.startswith(f"{plugin}.") else (name,)
    for candidate in candidates:
        try:
            return importlib.import_module(candidate)
        except ModuleNotFoundError as error:
            if error.name is None or not f"{candidate}.".startswith(f"{error.name}."):
                raise _refusal(plugin, candidate, error) from error
        except Exception as error:  # a plugin's module may fail in any way while it is loaded
            raise _refusal(plugin, candidate, error) from error
    raise NonRecoverableError(
        f"plugin `{plugin}` has no module `{name}`; put {name.replace('.', '/')}.py into the blueprint's folder "
        "or upload the plugin: conductor plugins upload PATH"
    )


def _refusal(plugin: str, module: str, error: Exception) -> NonRecoverableError:
    kind = type(error).__name__
    return NonRecoverableError(
        f"module `{module}` of plugin `{plugin}` cannot be loaded: {kind}: {error}{compat.hint(error)}"
    )
