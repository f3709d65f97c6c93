"""What an `implementation` or `mapping` means: a function of a plugin, or a script that lies with the blueprint."""

from typing import NamedTuple

from engine.domain.json import JsonObject
from engine.dsl.document import Document
from engine.dsl.library import scheme
from engine.dsl.namespaces import SEPARATOR
from engine.dsl.problems import Holder, Kind
from engine.dsl.words import listed, nearest, shorten

_ENDINGS = (".sh", ".py", ".rb", ".pl", ".ps1", ".js")

RUN_SCRIPT = "script_runner.tasks.run"
RUN_WORKFLOW = "script_runner.tasks.execute_workflow"


class Subject(NamedTuple):
    """Whose operations are resolved, for sentences and places."""

    name: str
    """As messages say it: "`web`"."""
    holder: Holder
    key: str | int


class Target(NamedTuple):
    """A plugin's function, with the inputs that it is called with."""

    plugin: str
    function: str
    inputs: JsonObject
    executor: str | None


def _mend_path(written: str) -> str:
    if "\\" in written:
        return "write `/` instead of `\\`"
    if written.startswith(("/", "~")):
        return "put the file into the blueprint's folder, and write its path from there"
    return "check the path, which begins at the blueprint's folder"


class Resolver:
    """Finds plugins and scripts; each implementation is looked up once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.plugins = document.usable("plugins")
        self._known = document.section("plugins")
        self._scripts: dict[str, bool] = {}
        self._candidates: dict[str, list[str]] = {}

    def resolve(
        self,
        implementation: str,
        inputs: JsonObject,
        executor: str | None,
        *,
        holder: Holder,
        key: str | int,
        is_workflow: bool = False,
    ) -> Target | None:
        """Return what is called; None after noting why nothing can be. `holder[key]` is where it was written."""
        candidates = self._plugins_of(implementation)
        if self._is_script(implementation, candidates):
            return self._script(implementation, inputs, executor, holder, key, is_workflow)
        if len(candidates) == 1:
            name = candidates[0]
            if name not in self.plugins:
                return None
            function = implementation[len(name) + 1 :]
            return Target(name, function, inputs, executor or self.plugins[name].get("executor"))
        self._unknown(implementation, candidates, holder, key)
        return None

    def _plugins_of(self, implementation: str) -> list[str]:
        if implementation not in self._candidates:
            parts = implementation.split(".") if len(implementation) < 1000 else []
            prefixes = [".".join(parts[:end]) for end in range(1, len(parts))]
            self._candidates[implementation] = [one for one in prefixes if one in self._known]
        return self._candidates[implementation]

    def _is_script(self, implementation: str, candidates: list[str]) -> bool:
        if implementation not in self._scripts:
            path = implementation.rsplit(SEPARATOR, 1)[-1]
            self._scripts[implementation] = (
                "\n" in implementation
                or bool(scheme(implementation))
                or self.document.library.has_script(implementation)
                or self.document.library.has_script(path)
                or (not candidates and self._is_of_blueprint(implementation))
            )
        return self._scripts[implementation]

    def _is_of_blueprint(self, implementation: str) -> bool:
        namespace = implementation.rpartition(SEPARATOR)[0]
        return bool(namespace) and namespace in self.document.namespaces

    def _script(
        self,
        implementation: str,
        inputs: JsonObject,
        executor: str | None,
        holder: Holder,
        key: str | int,
        is_workflow: bool,
    ) -> Target | None:
        plugin = next((name for name in self._known if name.endswith("script")), None)
        if plugin is None:
            message = "a script is run here, but no script plugin is declared"
            hint = "add `cloudify/types/types.yaml` to `imports`"
            self.document.problems.at_value(Kind.NO_SCRIPT_PLUGIN, message, holder, key, hint)
            return None
        if clash := next((name for name in ("script_path", "script_source") if name in inputs), None):
            message = f"`{clash}` is set by the engine for scripts and cannot be an input"
            self.document.problems.at_value(Kind.SCRIPT_INPUT, message, holder, key, "rename the input")
            return None
        name = "script_source" if "\n" in implementation else "script_path"
        function = RUN_WORKFLOW if is_workflow else RUN_SCRIPT
        return Target(plugin, function, {**inputs, name: implementation}, executor or "auto")

    def _unknown(self, implementation: str, candidates: list[str], holder: Holder, key: str | int) -> None:
        problems, shown = self.document.problems, shorten(implementation)
        if candidates:
            message = f"`{shown}` may belong to each of the plugins {listed(candidates)}"
            problems.at_value(Kind.AMBIGUOUS_IMPLEMENTATION, message, holder, key, "rename one of the plugins")
            return
        message = f"`{shown}` is neither a file in the blueprint's folder nor a function of a declared plugin"
        problems.at_value(Kind.UNKNOWN_IMPLEMENTATION, message, holder, key, self._mend(implementation))

    def _mend(self, implementation: str) -> str:
        plugin, _, function = implementation.partition(".")
        if "/" in implementation or implementation.endswith(_ENDINGS) or not function:
            return _mend_path(implementation)
        own = [name for name in self._known if not self.document.is_standard(self._known[name])]
        if found := nearest(plugin, own):
            return f"did you mean `{found}.{shorten(function)}`?"
        return f"declare the plugin `{shorten(plugin)}` under `plugins`, with its code beside the blueprint"
