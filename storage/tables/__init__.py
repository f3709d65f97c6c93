"""The shape of the database: tables, indexes and the guards that hold even if Python code is wrong."""

from storage.tables import blueprints, deployments, executions, schedules, system

__all__ = ["blueprints", "deployments", "executions", "schedules", "system"]
