"""How a `plugin:` import becomes a tree: the stored plugin that it means, with the labels that are kept with it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.domain.errors import InvalidValue
from engine.domain.plugin import LABELS, StoredPlugin, file_for
from engine.domain.pluginreference import PluginReference, choose, read_reference
from engine.dsl.library import Folder, Missing
from engine.dsl.source import Tree
from engine.dsl.version import Version, write
from engine.dsl.words import did_you_mean, listed

SCHEME = "plugin"


def chosen(written: str, stored: Sequence[StoredPlugin]) -> StoredPlugin | Missing:
    """Return the stored plugin that an import's text after `plugin:` means."""
    try:
        reference = read_reference(written)
    except InvalidValue as error:
        return Missing(reason=str(error), is_refused=True)
    return choose(reference, stored) or _missing(reference, stored)


def _missing(reference: PluginReference, stored: Iterable[StoredPlugin]) -> Missing:
    own = [one for one in stored if one.package_name == reference.name]
    if not own:
        hint = did_you_mean(reference.name, {one.package_name for one in stored})
        upload = "upload it first, with `conductor plugins upload PATH`"
        return Missing(reason=f"no plugin `{reference.name}` is uploaded", hint=hint or upload, is_refused=True)
    wanted = [f"`{reference.versions}`"] if reference.versions else []
    wanted += [f"the distribution `{reference.distribution}`"] if reference.distribution else []
    there = listed(one.package_version + (f" for {one.distribution}" if one.distribution else "") for one in own)
    return Missing(
        reason=f"no uploaded version of the plugin `{reference.name}` is {' for '.join(wanted)}",
        hint=f"uploaded {'are' if len(own) > 1 else 'is'} {there}",
        is_refused=True,
    )


def shown(plugin: StoredPlugin) -> str:
    """Return what stands before the names of a plugin's files in messages."""
    return f"{SCHEME}:{plugin.id}/"


def id_of(file: str) -> str | None:
    """Return the id of the plugin that a file belongs to; None for any other file."""
    scheme, separator, rest = file.partition(":")
    return rest.partition("/")[0] if separator and scheme == SCHEME else None


def tree_of(plugin: StoredPlugin, folder: Folder, version: Version) -> Tree | Missing:
    """Return the file of a plugin for a version of the language."""
    name = file_for(plugin.files, version)
    if name is None:
        reason = f"the plugin `{plugin.id}` has no file for {write(version)}"
        return Missing(reason=reason, hint=f"it has {listed(plugin.files)}", is_refused=True)
    try:
        return _with_labels(folder.main(Path(folder.root) / name), plugin)
    except OSError as error:
        return Missing(reason=f"the file `{name}` of the plugin cannot be read: {error.strerror}", is_refused=True)


def _with_labels(tree: Tree, plugin: StoredPlugin) -> Tree:
    """Return a file with the labels that are kept with the plugin in the place of its own."""
    root = tree.root
    if not isinstance(root, dict):
        return tree
    own = {name: root[name] for name in LABELS if root.get(name) is not None}
    if own == plugin.labels:
        return tree
    changed = {name: value for name, value in root.items() if name not in LABELS} | plugin.labels
    tree.marks.copy(root, changed)
    return Tree(file=tree.file, root=changed, marks=tree.marks, duplicates=tree.duplicates)
