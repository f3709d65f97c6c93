"""Where the files of a blueprint are found by the paths that authors write."""

from collections.abc import Iterator
from pathlib import Path

from engine.dsl.namespaces import SEPARATOR
from engine.runtime.site import Site
from engine.sdk.errors import NonRecoverableError


def find_resource(site: Site, path: str) -> Path:
    """Return the file that a path relative to the blueprint means.

    Raises:
        NonRecoverableError: there is none, or the path leads out of the blueprint.
    """
    wanted = path.removeprefix("/") if path.startswith(f"/{site.main_folder.name}/") else path
    own = (site.workdir / "resources", site.main_folder, site.blueprint_folder)
    for folder, name in [*((folder, wanted) for folder in own), *_in_imported(site, path)]:
        found = (folder / name).resolve()
        if found.is_relative_to(folder.resolve()) and found.is_file():
            return found
    raise NonRecoverableError(
        f"the blueprint `{site.deployment.blueprint_id}` has no file `{path}`; "
        "paths are relative to the folder of its main file"
    )


def _in_imported(site: Site, path: str) -> Iterator[tuple[Path, str]]:
    """Yield where a file of an imported blueprint is: its path begins with the namespace, `shop--scripts/start.sh`."""
    namespace, separator, name = path.rpartition(SEPARATOR)
    if separator and namespace in site.imported:
        yield site.imported[namespace], name
