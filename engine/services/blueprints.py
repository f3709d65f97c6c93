"""The use cases of blueprints: validate, upload, delete."""

from datetime import datetime
from pathlib import Path

from engine.domain.blueprint import Plan
from engine.domain.deployment import Blueprint
from engine.domain.errors import AlreadyExists, InUse
from engine.domain.naming import check_id
from engine.services import content
from storage import blueprints
from storage.database import Database


def validate(home: Path, path: Path, *, main_file: str | None = None) -> Plan:
    """Return the plan of a blueprint file, folder or archive; nothing is stored.

    Raises:
        BlueprintInvalid: with every mistake and its place.
        NotFound, InvalidArchive: it cannot be read.
    """
    with content.opened(home, path, main_file) as source:
        return _parsed(source)


def upload(
    database: Database,
    home: Path,
    path: Path,
    id: str | None = None,
    *,
    main_file: str | None = None,
    now: datetime,
) -> Blueprint:
    """Store a blueprint; a mistake in it leaves nothing behind.

    Raises:
        BlueprintInvalid: with every mistake and its place.
        AlreadyExists: the id is taken.
        InvalidValue: the id cannot be one.
        NotFound, InvalidArchive: it cannot be read.
    """
    with content.opened(home, path, main_file) as source:
        name = check_id("blueprint", id or source.name)
        with database.read() as connection:
            _require_free(blueprints.exists(connection, name), name)
        plan = _parsed(source)
        stored = content.store(home, source.folder)
    blueprint = Blueprint(
        id=name,
        description=plan.description,
        main_file=source.main_file,
        content=stored,
        plan=plan,
        created_at=now,
    )
    with database.write() as connection:
        _require_free(blueprints.exists(connection, name), name)
        blueprints.insert(connection, blueprint)
    return blueprint


def _parsed(source: content.Source) -> Plan:
    from engine.dsl.parse import parse  # the parser is only needed here: listings start without it

    return parse(source.folder / source.main_file, root=source.folder)


def _require_free(is_taken: bool, id: str) -> None:
    if is_taken:
        raise AlreadyExists("blueprint", id)


def delete(database: Database, home: Path, id: str) -> None:
    """Remove a blueprint that no deployment was made of.

    Raises:
        NotFound: there is no such blueprint.
        InUse: deployments were made of it.
    """
    with database.write() as connection:
        stored = blueprints.content_of(connection, id)
        users = blueprints.deployments_of(connection, id)
        if users:
            raise InUse("blueprint", id, f"deployments were made of it: {', '.join(users[:5])}")
        blueprints.delete(connection, id)
        is_orphan = not blueprints.is_content_used(connection, stored)
    if is_orphan:
        content.remove(home, stored)
