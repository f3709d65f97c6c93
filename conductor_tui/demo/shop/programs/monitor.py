"""The monitor: asks the proxy for the shop's page again and again, and keeps count of the answers."""

import http.client
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from service import announced, is_stopped, read_settings, say

SETTINGS = read_settings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """How often the shop answered and how often it did not."""

    answered: int = 0
    failed: int = 0
    last_failure: str = ""


def failure(address: str) -> str:
    """Return why the shop's page cannot be had; empty when it can."""
    connection = http.client.HTTPConnection(address, timeout=5)
    try:
        connection.request("GET", "/")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {error}"
    finally:
        connection.close()
    return "" if status == 200 else f"status {status}"


def counted(seen: Availability, reason: str) -> Availability:
    """Return `seen` with one more answer, or one more failure for `reason`."""
    if reason:
        return replace(seen, failed=seen.failed + 1, last_failure=reason)
    return replace(seen, answered=seen.answered + 1)


def write(seen: Availability, file: Path) -> None:
    """Replace the file as a whole, so that readers never see half of it."""
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(asdict(seen)))
    draft.replace(file)


def run(address: str, interval: float, file: Path) -> None:
    """Ask every `interval` seconds until a stop signal comes."""
    seen, before, pause = Availability(), None, 0.0
    while not is_stopped(pause):
        reason = failure(address)
        if reason != before:
            say(reason or "the shop answers")
        seen, before, pause = counted(seen, reason), reason, interval
        write(seen, file)


if __name__ == "__main__":
    with announced(SETTINGS):
        run(SETTINGS["address"], SETTINGS["interval"], Path(SETTINGS["heartbeat"]))
