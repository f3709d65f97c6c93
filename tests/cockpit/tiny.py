"""A deployment of one node, quick to install, that starts when a test says so."""

import subprocess
import sys
from pathlib import Path

BLUEPRINT = """
tosca_definitions_version: cloudify_dsl_1_5
imports: [cloudify/types/types.yaml]
node_templates:
  web:
    type: cloudify.nodes.Root
    interfaces:
      cloudify.interfaces.lifecycle:
        start: {implementation: start.sh, max_retries: 0}
        poststart: {implementation: poststart.sh}
"""
START = """#!/bin/bash
until [ -e "HOME/go" ] || [ -e "HOME/broken" ]; do sleep 0.05; done
[ -e "HOME/go" ] || { echo the door is locked >&2; exit 1; }
echo the door is open
"""
POSTSTART = """#!/bin/bash
echo the light is on
"""


def deploy(home: Path, *, start: str = START) -> None:
    """Deploy blueprint `tiny` as `dep` by the command line; its start waits for a file `go`, and fails at `broken`.

    `start` is the script that does so, or another one.
    """
    source = home.parent / "tiny"
    source.mkdir()
    (source / "blueprint.yaml").write_text(BLUEPRINT)
    (source / "start.sh").write_text(start.replace("HOME", str(home)))
    (source / "poststart.sh").write_text(POSTSTART)
    _conductor(home, "blueprints", "upload", str(source / "blueprint.yaml"), "-b", "tiny")
    _conductor(home, "deployments", "create", "dep", "-b", "tiny")


def _conductor(home: Path, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "conductor_tui", "--home", str(home), *words], check=True, capture_output=True
    )
