"""The columns of every listing."""

from conductor_tui.widgets.columns import Column

Columns = tuple[Column, ...]

DEPLOYMENTS = (
    Column("NAME", 10, 32, grows=True),
    Column("STATE", 10, 18),
    Column("LAST RUN", 12, 20, rank=2),
    Column("INST", 5, 9, is_right=True, rank=4),
    Column("NEXT", 8, 12, rank=3),
)

DEPLOYMENTS_WIDE = (
    Column("NAME", 10, 40, grows=True),
    Column("BLUEPRINT", 10, 28, rank=3),
    Column("STATE", 10, 18),
    Column("LAST RUN", 12, 24, rank=1),
    Column("INSTANCES", 9, 9, is_right=True, rank=2),
    Column("NEXT", 8, 12, rank=2),
    Column("CREATED", 9, 12, rank=4),
)

RUNNING = (
    Column("ID", 8, 8),
    Column("DEPLOYMENT", 8, 20, grows=True),
    Column("WORKFLOW", 8, 18),
    Column("PROGRESS", 17, 17, rank=2),
    Column("OPS", 5, 9, is_right=True, rank=1),
    Column("ELAPSED", 7, 8, is_right=True),
)

QUEUE = (
    Column("#", 2, 4, is_right=True),
    Column("ID", 8, 8, rank=3),
    Column("WHAT", 14, 28),
    Column("WAIT", 5, 8, is_right=True),
    Column("BLOCKED BY", 28, 60, grows=True),
    Column("STARTS", 6, 8, is_right=True, rank=2),
)

SCHEDULES = (
    Column("NEXT", 8, 12),
    Column("IN", 6, 8, is_right=True, rank=1),
    Column("DEPLOYMENT", 8, 24),
    Column("WORKFLOW", 8, 18),
    Column("SCHEDULE", 8, 22, rank=2),
    Column("RULE", 10, 40, rank=3, grows=True),
    Column("LAST", 8, 11, rank=4),
)

EXECUTIONS = (
    Column("ID", 8, 8),
    Column("DEPLOYMENT", 8, 24),
    Column("WORKFLOW", 8, 22),
    Column("STATUS", 11, 18),
    Column("OPS", 5, 11, is_right=True, rank=3),
    Column("STARTED", 8, 12, rank=1),
    Column("TOOK", 6, 8, is_right=True, rank=1),
    Column("BY", 4, 20, rank=4),
    Column("ERROR", 10, 80, rank=2, grows=True),
)

OPERATIONS = (
    Column("STATE", 9, 10),
    Column("OPERATION", 10, 34),
    Column("NODE INSTANCE", 10, 30),
    Column("TRY", 3, 5, is_right=True, rank=2),
    Column("TIME", 6, 8, is_right=True),
    Column("ERROR", 8, 200, rank=1, grows=True),
)

INSTANCES = (
    Column("NODE INSTANCE", 16, 44),
    Column("STATE", 10, 24),
    Column("TYPE", 10, 34, rank=2),
    Column("RELATED TO", 8, 200, rank=1, grows=True),
)

NODES = (
    Column("NODE", 14, 40),
    Column("TYPE", 10, 34),
    Column("INST", 4, 5, is_right=True, rank=2),
    Column("RELATED TO", 8, 200, rank=1, grows=True),
)

BLUEPRINTS = (
    Column("NAME", 10, 32),
    Column("MAIN FILE", 10, 30, rank=3),
    Column("NODES", 5, 6, is_right=True, rank=2),
    Column("DEPLOYMENTS", 11, 11, is_right=True, rank=1),
    Column("UPLOADED", 8, 12, rank=4),
    Column("DESCRIPTION", 10, 200, rank=2, grows=True),
)

FACTS = (Column("NAME", 10, 34), Column("VALUE", 10, 400, grows=True))

INSTANCE_FACTS = (Column("NAME", 22, 34), Column("VALUE", 10, 400, grows=True))

SETTINGS = (Column("SETTING", 12, 30), Column("VALUE", 5, 9, is_right=True), Column("MEANING", 10, 200, grows=True))

PLUGINS = (
    Column("PLUGIN", 12, 40),
    Column("PACKAGE", 8, 30, rank=1),
    Column("VERSION", 7, 14),
    Column("FOR", 5, 16, rank=2),
    Column("UPLOADED", 8, 12),
    Column("YAML", 8, 60, rank=3, grows=True),
)

SECRETS = (
    Column("SECRET", 12, 60, grows=True),
    Column("SHOWN", 10, 24),
    Column("CREATED", 8, 12, rank=1),
    Column("CHANGED", 8, 12),
)

HOOKS = (
    Column("HOOK", 8, 24),
    Column("STATE", 5, 6),
    Column("TOLD OF", 8, 30, rank=1),
    Column("TARGET", 10, 200, rank=2, grows=True),
)

SNAPSHOTS = (
    Column("SNAPSHOT", 14, 40),
    Column("STATE", 10, 12),
    Column("MADE", 8, 14),
    Column("ERROR", 6, 200, rank=1, grows=True),
)
