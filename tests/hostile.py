"""A state directory in which every text that users or operations can write is hostile."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from engine.conductor import Conductor
from engine.domain.recurrence import Rule
from storage.codec import to_json

ESCAPES = "\x1b]52;c;aGk=\x07\x1b]0;owned\x07\x1b[2J\x1b[?1049l\x1b[6n\x1b[31m\x9b2J\x9d0;owned\x9c\x90q\x7f\b"
MARKUP = "[@click=app.quit]x[/] [/ [red] [/red]"
ODD = "a\u202eb\u2066c\u200bd\ufeffe\u2069 世界👩\u200d👩\u200d👧 e\u0301\u0301 ｗｉｄｅ"
NAME = f"{MARKUP}{ESCAPES}{ODD}"
"""What a blueprint can name something."""
TEXT = f"{NAME}\r\n\n\ttwo"
"""What a column of the database can hold."""
CODES = (b"\x1b]52;", b"\x1b]0;", b"\x1b[2J", b"\x1b[6n", b"\x1b[31mred", b"\x7f", b"\x00")
"""What of it a terminal would obey."""
PROPER = {
    "blueprint": "id main_file content plan created_at",
    "blueprint_upload": "id state scratch created_at changed_at",
    "deployment": "id blueprint_id plan created_at",
    "node_instance": "deployment_id id node_id relationships scaling_groups host_id",
    "execution": "id deployment_id status created_at started_at ended_at blueprint_id origin",
    "operation": "id execution_id state created_at started_at ended_at waits_for node_instance_id target_instance_id",
    "event": "type timestamp level execution_id deployment_id operation_id execution_group_id",
    "schedule": "deployment_id id owner_id execution_arguments rule "
    "policies next_occurrence due_at latest_execution_id created_at origin",
    "occurrence": "deployment_id schedule_id occurrence execution_id decided_at disposition",
    "calendar": "id windows created_at",
    "hook": "id events url created_at",
    "hook_delivery": "hook_id state next_try_at payload",
    "deployment_group": "id default_blueprint_id created_at",
    "deployment_group_member": "group_id deployment_id",
    "execution_group": "id deployment_group_id created_at success_group_id failed_group_id",
    "execution_group_member": "group_id execution_id",
    "snapshot": "id status created_at execution_id digest",
    "secret": "key sealed key_id created_at updated_at",
    "plugin": "id content uploaded_at files packages labels",
    "setting": "key value",
    "engine": "boot_id started_at stopped_at last_poll_at next_poll_at",
    "poll": "polled_at",
    "maintenance": "requested_at activated_at",
    "passage": "places execution_id",
}
"""Columns that only the engine writes, or that it lets hold nothing but a checked form."""
JSON_COLUMNS = {
    "deployment.inputs": {"plain": TEXT},
    "node_instance.runtime_properties": {NAME: TEXT, "list": [TEXT, {TEXT: TEXT}]},
    "node_instance.system_properties": {"configuration_drift": {"ok": False, "result": {TEXT: TEXT}}},
    "execution.parameters": {NAME: TEXT},
    "operation.result": TEXT,
    "schedule.parameters": {NAME: TEXT},
    "hook.command": [TEXT, TEXT],
    "deployment_group.default_inputs": {TEXT: TEXT},
}
MOMENT = "2026-10-13T12:00:00.000000+00:00"
EXECUTIONS = (("failed", "dep"), ("started", "dep"), ("queued", "dep"), ("queued", None))
FINAL = ("terminated", "failed", "cancelled")
STATES = ("pending", "started", "succeeded", "failed", "rescheduled")
UNTOUCHED = ("alembic_version", "sqlite_sequence", "modification", "deployment_update")


def a_blueprint(folder: Path) -> Path:
    """Write a blueprint in which every name and every text is hostile."""
    name, group = _quoted(NAME), _quoted(f"group {NAME}")
    text = f"""
tosca_definitions_version: cloudify_dsl_1_5
description: {name}
imports: [cloudify/types/types.yaml]
labels: {{ {name}: {{ values: [{name}] }} }}
inputs:
  plain: {{ type: string, default: {name}, description: {name}, display_label: {name} }}
  {name}: {{ type: string, default: {name} }}
node_types:
  {name}:
    derived_from: cloudify.nodes.Root
    properties: {{ {name}: {{ default: {name}, description: {name} }} }}
node_templates:
  {name}:
    type: {name}
    interfaces: {{ {name}: {{ {name}: {{ implementation: s.sh, inputs: {{ {name}: {{ default: {name} }} }} }} }} }}
workflows:
  {name}:
    mapping: default_workflows.install
    parameters: {{ {name}: {{ default: {name}, description: {name} }} }}
outputs: {{ {name}: {{ description: {name}, value: {name} }} }}
capabilities: {{ {name}: {{ description: {name}, value: {name} }} }}
groups: {{ {group}: {{ members: [{name}] }} }}
"""
    folder.mkdir(parents=True)
    (folder / "blueprint.yaml").write_text(text, encoding="utf-8")
    (folder / "s.sh").write_text("true\n", encoding="utf-8")
    (folder / "evil\x1b]0;owned\x07[red]\u202e.txt").write_text(TEXT, encoding="utf-8")
    return folder / "blueprint.yaml"


def _quoted(text: str) -> str:
    """Return a text as YAML writes it in quotes."""
    return json.dumps(text, ensure_ascii=False).translate({n: f"\\x{n:02x}" for n in range(0x7F, 0xA0)})


def fill(home: Path, scratch: Path) -> None:
    """Fill a state directory with a row of everything, and every text column of it with hostile text."""
    with closing(Conductor(home)) as conductor:
        conductor.upload_blueprint(a_blueprint(scratch / "source"), "bp")
        (conductor.blueprint_folder("bp") / "s.sh").write_text(TEXT, encoding="utf-8", newline="")
        conductor.create_deployment("bp", "dep")
        conductor.create_deployment("bp", "idle")
        conductor.create_deployment_group("group", description="x", deployments=["dep"])
        conductor.create_hook("hook", ["failed"], command="true")
        instance = conductor.deployment("dep").instances[0].id
    with closing(sqlite3.connect(home / "conductor.db")) as connection:
        _insert(connection, instance)
        for table, column in columns(connection):
            if column not in PROPER.get(table, "").split():
                _spoil(connection, table, column)
        connection.commit()


def columns(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return the tables and names of all columns that hold text."""
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = [(table, row) for table in tables for row in connection.execute(f"PRAGMA table_info('{table}')")]
    return [(table, row[1]) for table, row in found if table not in UNTOUCHED and row[2].upper() in ("VARCHAR", "TEXT")]


def _spoil(connection: sqlite3.Connection, table: str, column: str) -> None:
    value = JSON_COLUMNS.get(f"{table}.{column}")
    text = TEXT if value is None else json.dumps(value)
    connection.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE "{column}" IS NOT NULL', (text,))


def _insert(connection: sqlite3.Connection, instance: str) -> None:
    for number, (status, deployment) in enumerate(EXECUTIONS):
        add(
            connection,
            "execution",
            id=f"{number}0000000-execution",
            workflow_id="x",
            deployment_id=deployment,
            blueprint_id="bp",
            status=status,
            parameters="{}",
            error="x",
            started_at=None if status == "queued" else MOMENT,
            ended_at=MOMENT if status in FINAL else None,
            total_operations=len(STATES),
            finished_operations=1,
        )
        for state in STATES:
            add(
                connection,
                "operation",
                id=f"{number}{state}",
                execution_id=f"{number}0000000-execution",
                name="x",
                node_instance_id=instance,
                target_instance_id=instance,
                state=state,
                started_at=MOMENT,
                error="x",
                result="x",
            )
        for kind, level in (("log", "info"), ("task_failed", "error"), ("workflow_failed", "error")):
            add(
                connection,
                "event",
                type=kind,
                message="x",
                level=level,
                execution_id=f"{number}0000000-execution",
                deployment_id=deployment,
                workflow_id="x",
                node_instance_id="x",
                target_instance_id="x",
                operation="x",
                operation_id=f"{number}failed",
                error_causes="[]",
            )
    named = {"deployment_id": "dep", "schedule_id": "nightly"}
    add(
        connection,
        "schedule",
        id="nightly",
        deployment_id="dep",
        owner_id="dep",
        workflow_id="x",
        parameters="{}",
        execution_arguments="{}",
        rule=to_json(Rule(since=datetime(2026, 10, 13, tzinfo=UTC))),
        policies="{}",
        enabled=0,
        next_occurrence=MOMENT,
        origin="user",
    )
    add(connection, "occurrence", **named, occurrence=MOMENT, disposition="skipped_late", decided_at=MOMENT)
    add(connection, "calendar", id="calendar", windows="[]")
    add(
        connection,
        "hook_delivery",
        hook_id="hook",
        event_id=1,
        payload=json.dumps({"event": "failed", "execution_id": TEXT, "error": TEXT}),
        state="failed",
        next_try_at=MOMENT,
    )
    add(connection, "snapshot", id="snap", status="failed", execution_id="00000000-execution")
    add(connection, "poll", polled_at=MOMENT)
    add(connection, "secret", key="secret", key_id="x", sealed="x", updated_at=MOMENT)
    add(connection, "plugin", id="plug", uploaded_at=MOMENT, files="[]", labels="{}", packages="[]", distribution="x")
    add(connection, "execution_group", id="eg", deployment_group_id="group", workflow_id="x", concurrency=1)
    add(connection, "execution_group_member", group_id="eg", execution_id="00000000-execution")
    add(connection, "blueprint_upload", id="broken", state="invalid", scratch="", changed_at=MOMENT)


def add(connection: sqlite3.Connection, table: str, **values: object) -> None:
    """Insert a row; what is not given is empty, nought, or a moment."""
    for _, name, kind, is_needed, _, is_key in connection.execute(f"PRAGMA table_info('{table}')"):
        if is_needed and not (is_key and kind == "INTEGER") and name not in values:
            values[name] = MOMENT if name in ("created_at", "timestamp") else "" if kind == "VARCHAR" else 0
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))
