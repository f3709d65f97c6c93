"""Where the files of a blueprint are found by the paths that authors write."""

from pathlib import Path

from engine.runtime.site import Site
from engine.sdk.errors import NonRecoverableError


def find_resource(site: Site, path: str) -> Path:
    """Return the file that a path relative to the blueprint means.

    Raises:
        NonRecoverableError: there is none, or the path leads out of the blueprint.
    """
    wanted = path.removeprefix("/") if path.startswith(f"/{site.main_folder.name}/") else path
    for folder in (site.workdir / "resources", site.main_folder, site.blueprint_folder):
        found = (folder / wanted).resolve()
        if found.is_relative_to(folder.resolve()) and found.is_file():
            return found
    raise NonRecoverableError(
        f"the blueprint `{site.deployment.blueprint_id}` has no file `{path}`; "
        "paths are relative to the folder of its main file"
    )
