"""The machine that everything stands on: a folder of this computer."""

import sys
from pathlib import Path
from typing import Any

from engine.sdk import ctx, operation


@operation
def create(**_: Any) -> None:
    """Make the folder, and remember which Python the shop's programs run on."""
    directory = Path(ctx.local_deployment_workdir()) / ctx.instance.id
    directory.mkdir(parents=True, exist_ok=True)
    ctx.instance.runtime_properties.update(directory=str(directory), python=sys.executable)
