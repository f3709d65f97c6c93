"""Whether a server of the shop is well."""

from pathlib import Path
from typing import Any

from engine.sdk import NonRecoverableError, ctx, operation
from shop_plugin.process import is_alive
from shop_plugin.web import NoAnswer, ask

SHORT = 0.1
"""Seconds until the next look."""


@operation
def answers(path: str, **_: Any) -> None:
    """Ask the server; look again soon when it does not answer yet, give up when its process is gone."""
    address = ctx.instance.runtime_properties["address"]
    try:
        answer = ask(address, path)
    except NoAnswer as reason:
        _look_again(str(reason))
        return
    if answer.status != 200:
        _look_again(f"{address} answers {answer.status}")
        return
    ctx.logger.info("%s is well: %s", ctx.instance.id, answer.body.strip())


def _look_again(reason: str) -> None:
    known = ctx.instance.runtime_properties
    if not is_alive(known["pid"]):
        raise NonRecoverableError(f"{ctx.instance.id} has ended: {_last_line(Path(known['folder'], 'log'))}")
    ctx.operation.retry(reason, retry_after=SHORT)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return lines[-1] if lines else "its log is empty"
