"""What the cockpit asks of the engine; `engine.conductor.Conductor` answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # to import all that the answers are made of takes longer than to ask for the first of them
    from collections.abc import Iterable
    from pathlib import Path

    from engine.domain.admission import Blocker
    from engine.domain.blueprint import Workflow
    from engine.domain.deployment import Blueprint, Deployment
    from engine.domain.event import Event
    from engine.domain.execution import CancelKind, Execution, Status
    from engine.domain.hook import Hook
    from engine.domain.json import Json, JsonObject
    from engine.domain.past import Past
    from engine.domain.plugin import StoredPlugin
    from engine.domain.poll import PollRecord
    from engine.domain.secret import Secret
    from engine.domain.settings import Setting
    from engine.domain.snapshot import Snapshot
    from engine.domain.updatepreview import UpdatePreview
    from engine.domain.view import (
        BlueprintRow,
        DeploymentRow,
        DeploymentView,
        EngineView,
        ExecutionView,
        HomeView,
        MaintenanceView,
        QueueRow,
        QueueView,
        ScheduleRow,
    )
    from engine.dsl.report import Report


class Facade(Protocol):
    """Every method may be called from any thread; each raises only ConductorError."""

    def data_version(self) -> int: ...

    def settings(self) -> list[Setting]: ...

    def setting(self, key: str) -> Setting: ...

    def change_setting(self, key: str, value: Json) -> Setting: ...

    def maintenance_status(self) -> MaintenanceView: ...

    def activate_maintenance(self) -> MaintenanceView: ...

    def deactivate_maintenance(self) -> MaintenanceView: ...

    def hooks(self) -> list[Hook]: ...

    def enable_hook(self, id: str) -> bool: ...

    def disable_hook(self, id: str) -> bool: ...

    def requeue_execution(self, id: str) -> Execution: ...

    def upload_blueprint(self, path: Path, id: str | None = None) -> Blueprint: ...

    def engine_status(self) -> EngineView: ...

    def polls(self) -> list[PollRecord]: ...

    def ensure_engine(self) -> EngineView: ...

    def home_view(self, limit: int = ...) -> HomeView: ...

    def pulse_view(self) -> HomeView: ...

    def queue_view(self) -> QueueView: ...

    def execution_past(self, id: str) -> Past: ...

    def count_executions(self, status: Iterable[Status] | None = None) -> int: ...

    def events_before(self, before: int, *, execution_id: str | None = None, limit: int = 1000) -> list[Event]: ...

    def find_event(
        self, text: str, *, execution_id: str | None = None, before: int | None = None, after: int | None = None
    ) -> int | None: ...

    def count_events(self, text: str, *, execution_id: str | None = None) -> int: ...

    def resume_execution(self, id: str, *, force: bool = False, queue: bool = False) -> Execution: ...

    def rerun_execution(self, id: str, *, force: bool = False, queue: bool = False) -> Execution: ...

    def blueprints(self) -> list[BlueprintRow]: ...

    def blueprint(self, id: str) -> Blueprint: ...

    def blueprint_folder(self, id: str) -> Path: ...

    def check_blueprint(self, path: Path) -> Report: ...

    def delete_blueprint(self, id: str) -> None: ...

    def deployments(self) -> list[DeploymentRow]: ...

    def deployment(self, id: str) -> DeploymentView: ...

    def create_deployment(
        self, blueprint_id: str, id: str | None = None, inputs: dict[str, Json] | None = None
    ) -> Deployment: ...

    def preview_update(
        self, deployment_id: str, blueprint_id: str | None = None, inputs: JsonObject | None = None
    ) -> UpdatePreview: ...

    def update_deployment(
        self,
        deployment_id: str,
        blueprint_id: str | None = None,
        inputs: JsonObject | None = None,
        *,
        force: bool = False,
        queue: bool = False,
    ) -> Execution: ...

    def delete_deployment(self, id: str, force: bool = False) -> None: ...

    def workflows(self, deployment_id: str) -> dict[str, Workflow]: ...

    def start_execution(
        self,
        deployment_id: str,
        workflow_id: str,
        parameters: JsonObject | None = None,
        *,
        force: bool = False,
        queue: bool = False,
        dry_run: bool = False,
    ) -> Execution: ...

    def executions(
        self,
        *,
        deployment_id: str | None = None,
        status: Iterable[Status] | None = None,
        limit: int = 1000,
        offset: int = 0,
        is_newest_first: bool = False,
    ) -> list[Execution]: ...

    def execution_view(self, id: str) -> ExecutionView: ...

    def cancel_execution(self, id: str, kind: CancelKind = ...) -> Execution: ...

    def why(self, id: str) -> tuple[Blocker, ...]: ...

    def queue(self) -> list[QueueRow]: ...

    def events(
        self,
        after: int = 0,
        *,
        execution_id: str | None = None,
        deployment_id: str | None = None,
        limit: int = 1000,
    ) -> list[Event]: ...

    def schedules(self, deployment_id: str | None = None) -> list[ScheduleRow]: ...

    def delete_schedule(self, deployment_id: str, id: str) -> None: ...

    def plugins(self) -> list[StoredPlugin]: ...

    def plugin_users(self, id: str) -> list[str]: ...

    def delete_plugin(self, id: str, *, force: bool = False) -> None: ...

    def secrets(self) -> list[Secret]: ...

    def delete_secret(self, key: str, *, force: bool = False) -> None: ...

    def snapshots(self) -> list[Snapshot]: ...

    def create_snapshot(self, id: str | None = None, *, queue: bool = False) -> Execution: ...

    def restore_snapshot(self, id: str, *, force: bool = False) -> Execution: ...

    def delete_snapshot(self, id: str) -> None: ...

    def close(self) -> None: ...
