"""All commands there are, by their words."""

from collections.abc import Callable
from importlib import import_module

from conductor_tui.cli.words import Command, Group

PROGRAM = "conductor"

TREE = Group(
    "Conductor runs the workflows of deployments. Without a command it opens the cockpit.",
    {
        "demo": Command("demo", "demo"),
        "install": Command("shortcuts", "install"),
        "uninstall": Command("shortcuts", "uninstall"),
        "blueprints": Group(
            "Write, check, upload, list and delete blueprints.",
            {
                "upload": Command("blueprints", "upload"),
                "validate": Command("checking", "validate"),
                "plan": Command("checking", "plan"),
                "graph": Command("checking", "graph"),
                "new": Command("language", "new"),
                "schema": Command("language", "schema"),
                "functions": Command("language", "functions"),
                "types": Command("language", "types"),
                "list": Command("blueprints", "list_"),
                "get": Command("blueprints", "get"),
                "delete": Command("blueprints", "delete"),
            },
        ),
        "deployments": Group(
            "Create, inspect, schedule and delete deployments.",
            {
                "create": Command("deployments", "create"),
                "list": Command("deployments", "list_"),
                "get": Command("deployments", "get"),
                "outputs": Command("deployments", "outputs"),
                "capabilities": Command("deployments", "capabilities"),
                "update": Command("updating", "update"),
                "updates": Group(
                    "See how updates went.",
                    {"list": Command("updating", "list_"), "get": Command("updating", "get")},
                ),
                "delete": Command("deployments", "delete"),
                "group": Group(
                    "Put deployments together.",
                    {
                        "create": Command("deploymentgroups", "create"),
                        "list": Command("deploymentgroups", "list_"),
                        "get": Command("deploymentgroups", "get"),
                        "add": Command("deploymentgroups", "add"),
                        "remove": Command("deploymentgroups", "remove"),
                        "delete": Command("deploymentgroups", "delete"),
                    },
                ),
                "schedule": Group(
                    "Run workflows at given times.",
                    {
                        "create": Command("schedule_editing", "create"),
                        "list": Command("schedules", "list_"),
                        "get": Command("schedules", "get"),
                        "preview": Command("schedules", "preview"),
                        "history": Command("schedules", "history"),
                        "summary": Command("schedules", "summary"),
                        "update": Command("schedule_editing", "update"),
                        "enable": Command("schedules", "enable"),
                        "disable": Command("schedules", "disable"),
                        "delete": Command("schedules", "delete"),
                        "export": Command("icalendar", "export"),
                        "import": Command("icalendar", "import_"),
                        "calendar": Group(
                            "Keep calendars of times without starts.",
                            {
                                "create": Command("calendars", "create"),
                                "list": Command("calendars", "list_"),
                                "get": Command("calendars", "get"),
                                "update": Command("calendars", "update"),
                                "delete": Command("calendars", "delete"),
                            },
                        ),
                    },
                ),
            },
        ),
        "plugins": Group(
            "Upload, list and delete plugins.",
            {
                "upload": Command("plugins", "upload"),
                "list": Command("plugins", "list_"),
                "get": Command("plugins", "get"),
                "delete": Command("plugins", "delete"),
            },
        ),
        "secrets": Group(
            "Keep passwords and keys that blueprints need.",
            {
                "create": Command("secrets", "create"),
                "list": Command("secrets", "list_"),
                "get": Command("secrets", "get"),
                "update": Command("secrets", "update"),
                "delete": Command("secrets", "delete"),
                "export": Command("secretkeys", "export"),
                "import": Command("secretkeys", "import_"),
                "rotate-key": Command("secretkeys", "rotate_key"),
            },
        ),
        "workflows": Group(
            "List the workflows of a deployment.",
            {"list": Command("workflows", "list_"), "get": Command("workflows", "get")},
        ),
        "executions": Group(
            "Start workflows; list, cancel and resume executions.",
            {
                "start": Command("starting", "start"),
                "list": Command("executions", "list_"),
                "get": Command("executions", "get"),
                "cancel": Command("executions", "cancel"),
                "resume": Command("again", "resume"),
                "requeue": Command("again", "requeue"),
                "rerun": Command("again", "rerun"),
                "why": Command("executions", "why"),
                "delete": Command("purging", "delete"),
                "group": Group(
                    "Start a workflow on a group of deployments.",
                    {
                        "start": Command("executiongroups", "start"),
                        "list": Command("executiongroups", "list_"),
                        "get": Command("executiongroups", "get"),
                        "add": Command("executiongroups", "add"),
                        "update": Command("executiongroups", "update"),
                        "cancel": Command("executiongroups", "cancel"),
                        "resume": Command("executiongroups", "resume"),
                    },
                ),
            },
        ),
        "queue": Command("queue", "queue"),
        "events": Group("Read and follow events and logs.", {"list": Command("events", "list_")}),
        "maintenance-mode": Group(
            "Hold new executions while something is repaired.",
            {
                "status": Command("maintenance", "status"),
                "activate": Command("maintenance", "activate"),
                "deactivate": Command("maintenance", "deactivate"),
            },
        ),
        "snapshots": Group(
            "Copy the whole state, and bring it back.",
            {
                "create": Command("snapshots", "create"),
                "upload": Command("snapshots", "upload"),
                "list": Command("snapshots", "list_"),
                "get": Command("snapshots", "get"),
                "restore": Command("snapshots", "restore"),
                "delete": Command("snapshots", "delete"),
            },
        ),
        "hooks": Group(
            "Tell commands and URLs what becomes of executions.",
            {
                "create": Command("hooks", "create"),
                "list": Command("hooks", "list_"),
                "get": Command("hooks", "get"),
                "enable": Command("hooks", "enable"),
                "disable": Command("hooks", "disable"),
                "test": Command("hooks", "test"),
                "delete": Command("hooks", "delete"),
            },
        ),
        "settings": Group(
            "Look at the engine's settings and change them.",
            {
                "list": Command("settings", "list_"),
                "get": Command("settings", "get"),
                "set": Command("settings", "set_"),
                "reset": Command("settings", "reset"),
            },
        ),
        "config": Group(
            "Look at the cockpit's config file and check it.",
            {
                "path": Command("config", "path"),
                "show": Command("config", "show"),
                "validate": Command("config", "validate"),
            },
        ),
        "engine": Group(
            "Look at the background engine; start and stop it.",
            {
                "status": Command("engine", "status"),
                "start": Command("engine", "start"),
                "stop": Command("engine", "stop"),
            },
        ),
    },
)


def function_of(command: Command) -> Callable[..., None]:
    """Import and return what does the command."""
    module = import_module(f"conductor_tui.cli.commands.{command.module}")
    function: Callable[..., None] = getattr(module, command.function)
    return function
