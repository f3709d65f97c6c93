"""How things of the shop disappear from the disk."""

import shutil
from pathlib import Path
from typing import Any

from engine.sdk import ctx, operation


@operation
def delete_folder(key: str = "folder", **_: Any) -> None:
    """Remove the folder that the runtime property `key` names, and forget what was known about the instance."""
    folder = ctx.instance.runtime_properties.get(key)
    if folder and Path(folder).exists():
        shutil.rmtree(folder)
    ctx.instance.runtime_properties.clear()
