"""How a copied text reaches the clipboard: by a code to the terminal, or by tmux, which ignores such codes unasked."""

import base64
import subprocess
from collections.abc import Mapping

LONGEST = 74_000
"""Bytes that are sent by a code; many terminals drop longer ones, and some print them."""
PATIENCE = 5.0
_LOAD = ("load-buffer", "-w", "-")
"""What tmux is told: keep it as a buffer, and hand it on to the terminal that it is in."""


def code(text: str) -> str:
    """Return what makes a terminal take a text (OSC 52); empty where it is too long for that."""
    content = text.encode(errors="replace")
    return f"\x1b]52;c;{base64.b64encode(content).decode()}\x07" if len(content) <= LONGEST else ""


def is_in_tmux(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("TMUX"))


def fits(text: str, environ: Mapping[str, str]) -> bool:
    """Whether there is a way for a text as long as this."""
    return is_in_tmux(environ) or bool(code(text))


def give_to_tmux(text: str) -> bool:
    """Let tmux keep a text, of any length; return whether it did."""
    try:
        done = subprocess.run(
            ["tmux", *_LOAD], input=text.encode(errors="replace"), capture_output=True, check=False, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
