"""How findings of checks are kept with their node instances (dsl.md §4.10)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from sqlite3 import Connection

from engine.domain.json import JsonObject
from engine.sdk.backend import Checked
from storage import deployments
from storage.codec import to_json

STATUS = "status"


def keep_findings(deployment_id: str, findings: Sequence[Checked], now: datetime) -> Callable[[Connection], None]:
    """Return what writes the findings into the system properties of their node instances."""

    def write(connection: Connection) -> None:
        for one in findings:
            before = deployments.instance(connection, deployment_id, one.instance_id).system_properties
            after = with_finding(before, one, now)
            deployments.set_system_properties(connection, deployment_id, one.instance_id, after)

    return write


def with_finding(properties: JsonObject, finding: Checked, now: datetime) -> JsonObject:
    """Return system properties with a finding; the status before it is kept beside the new one."""
    found = {
        "ok": finding.ok,
        "timestamp": now.isoformat(),
        "task": finding.task,
        "result": _storable(finding.result),
    }
    if finding.related_id is not None:
        return {**properties, finding.kind: {**properties.get(finding.kind, {}), finding.related_id: found}}
    if finding.kind == STATUS and STATUS in properties:
        return {**properties, STATUS: found, f"previous_{STATUS}": properties[STATUS]}
    return {**properties, finding.kind: found}


def _storable(result: object) -> object:
    try:
        to_json(result)
    except (TypeError, ValueError, RecursionError):
        return str(result)
    return result
