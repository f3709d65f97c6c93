"""Tables of deployments: their instances, what changes them, and groups of them."""

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel


class DeploymentTable(SQLModel, table=True):
    """Deployments; `plan` and `inputs` are JSON."""

    __tablename__ = "deployment"

    id: str = Field(primary_key=True)
    blueprint_id: str = Field(foreign_key="blueprint.id", index=True)
    plan: str
    inputs: str
    created_at: str


class DeploymentDependencyTable(SQLModel, table=True):
    """Which deployment reads capabilities of which other one, which need not exist."""

    __tablename__ = "deployment_dependency"
    __table_args__ = (Index("deployment_dependency_source", "source_id"),)

    dependent_id: str = Field(primary_key=True, foreign_key="deployment.id", ondelete="CASCADE")
    source_id: str = Field(primary_key=True)


class NodeInstanceTable(SQLModel, table=True):
    """Node instances; relationships, properties and scaling groups are JSON."""

    __tablename__ = "node_instance"

    deployment_id: str = Field(primary_key=True, foreign_key="deployment.id", ondelete="CASCADE")
    id: str = Field(primary_key=True)
    node_id: str
    position: int
    state: str
    version: int
    host_id: str | None = None
    runtime_properties: str
    relationships: str
    scaling_groups: str
    system_properties: str


class ModificationTable(SQLModel, table=True):
    """Changes of the number of node instances; ids and the instances before are JSON."""

    __tablename__ = "modification"
    __table_args__ = (
        CheckConstraint("status IN ('started', 'finished', 'rolledback')", name="modification_status"),
        Index(
            "modification_one_started_per_deployment",
            "deployment_id",
            unique=True,
            sqlite_where=text("status = 'started'"),
        ),
    )

    id: str = Field(primary_key=True)
    deployment_id: str = Field(foreign_key="deployment.id", ondelete="CASCADE")
    execution_id: str | None = Field(default=None, foreign_key="execution.id", ondelete="SET NULL", index=True)
    status: str
    added: str
    removed: str
    before: str
    created_at: str
    ended_at: str | None = None


class DeploymentUpdateTable(SQLModel, table=True):
    """Updates of deployments, by the ids of their executions; inputs, steps and the work are JSON."""

    __tablename__ = "deployment_update"
    __table_args__ = (
        CheckConstraint("stage IN ('accepted', 'begun', 'switched', 'finished')", name="deployment_update_stage"),
        Index("deployment_update_of_deployment", "deployment_id", "created_at"),
    )

    id: str = Field(primary_key=True)
    deployment_id: str = Field(foreign_key="deployment.id", ondelete="CASCADE")
    stage: str
    old_blueprint_id: str
    new_blueprint_id: str
    old_inputs: str
    new_inputs: str
    steps: str
    work: str
    created_at: str
    switched_at: str | None = None
    ended_at: str | None = None


class DeploymentGroupTable(SQLModel, table=True):
    """Named sets of deployments; `default_inputs` is JSON."""

    __tablename__ = "deployment_group"

    id: str = Field(primary_key=True)
    description: str
    default_blueprint_id: str | None = Field(default=None, foreign_key="blueprint.id", ondelete="SET NULL")
    default_inputs: str
    created_at: str


class DeploymentGroupMemberTable(SQLModel, table=True):
    """Which deployments are in which group."""

    __tablename__ = "deployment_group_member"
    __table_args__ = (Index("deployment_group_member_deployment", "deployment_id"),)

    group_id: str = Field(primary_key=True, foreign_key="deployment_group.id", ondelete="CASCADE")
    deployment_id: str = Field(primary_key=True, foreign_key="deployment.id", ondelete="CASCADE")
