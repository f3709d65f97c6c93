"""Tables of what deployments are made from: blueprints, their uploads, plugins and secrets."""

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

UPLOAD_STATES = (
    "('pending', 'uploading', 'extracting', 'parsing', "
    "'failed_uploading', 'failed_extracting', 'failed_parsing', 'invalid')"
)


class BlueprintTable(SQLModel, table=True):
    """Uploaded blueprints; `content` names a folder, `plan` is JSON."""

    __tablename__ = "blueprint"

    id: str = Field(primary_key=True)
    description: str
    main_file: str
    content: str
    plan: str
    created_at: str


class BlueprintUploadTable(SQLModel, table=True):
    """Uploads under way or failed; one that succeeds becomes a blueprint in the same transaction."""

    __tablename__ = "blueprint_upload"
    __table_args__ = (CheckConstraint(f"state IN {UPLOAD_STATES}", name="blueprint_upload_state"),)

    id: str = Field(primary_key=True)
    state: str
    error: str
    source: str
    scratch: str
    created_at: str
    changed_at: str


class SecretTable(SQLModel, table=True):
    """Secrets; `sealed` is the encrypted value, `key_id` tells with which key."""

    __tablename__ = "secret"

    key: str = Field(primary_key=True)
    sealed: str
    key_id: str
    is_hidden: bool
    created_at: str
    updated_at: str


class PluginTable(SQLModel, table=True):
    """Uploaded plugins; `content` names a folder; files, labels and packages are JSON."""

    __tablename__ = "plugin"

    id: str = Field(primary_key=True)
    package_name: str = Field(index=True)
    package_version: str
    distribution: str | None = None
    archive_name: str
    content: str
    files: str
    labels: str
    packages: str
    uploaded_at: str
