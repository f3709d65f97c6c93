"""The use cases of blueprints but for their upload: validate, check, plan, delete."""

from pathlib import Path
from typing import TYPE_CHECKING

from engine.domain.blueprint import Plan
from engine.domain.errors import BlueprintInvalid, InUse, InvalidValue, NotFound, Problem
from engine.domain.json import JsonObject
from engine.services import content, keeping
from storage import blueprints, updates
from storage.database import Database

if TYPE_CHECKING:
    from engine.dsl.report import Report


def validate(database: Database, home: Path, path: Path, *, main_file: str | None = None) -> Plan:
    """Return the plan of a blueprint file, folder or archive; nothing is stored.

    Raises:
        BlueprintInvalid: with every mistake and its place.
        NotFound, InvalidArchive: it cannot be read.
    """
    with content.opened(home, path, main_file) as source:
        return _parsed(database, home, source)


def check(database: Database, home: Path, path: Path, *, main_file: str | None = None) -> "Report":
    """Return everything that is to be said about a blueprint, also when it cannot be read at all."""
    from engine.dsl.report import Report
    from engine.services import parsing

    try:
        with content.opened(home, path, main_file) as source:
            return parsing.report(database, home, source)
    except (NotFound, InvalidValue) as error:
        return Report(problems=(Problem(message=str(error), file=str(path), line=0, column=0, kind="unreadable"),))


def plan(
    database: Database, home: Path, path: Path, inputs: JsonObject | None = None, *, main_file: str | None = None
) -> Plan:
    """Return the plan of a blueprint; with inputs, given as a command line gives them, evaluated as far as they decide.

    Raises:
        BlueprintInvalid: with every mistake and its place.
        InvalidValue: the inputs do not fit, or a function has no answer for them.
    """
    from engine.dsl.inputs import prepare

    found = check(database, home, path, main_file=main_file)
    if found.plan is None:
        raise BlueprintInvalid(found.problems)
    return found.plan if inputs is None else prepare(found.plan, inputs, converts=True)[0]


def _parsed(database: Database, home: Path, source: content.Source) -> Plan:
    from engine.services import parsing  # the parser is only needed here: listings start without it

    return parsing.parsed(database, home, source)


def delete(database: Database, home: Path, id: str, *, force: bool = False) -> None:
    """Remove a blueprint that no deployment was made of and no other blueprint imports; the latter can be forced.

    Raises:
        NotFound: there is no such blueprint.
        InUse: deployments were made of it, or blueprints import it.
    """
    with database.write() as connection:
        stored = blueprints.content_of(connection, id)
        users = blueprints.deployments_of(connection, id)
        if users:
            raise InUse("blueprint", id, f"deployments were made of it: {', '.join(users[:5])}")
        if waiting := updates.waiting_for_blueprint(connection, id):
            raise InUse("blueprint", id, f"deployments are being updated to it: {', '.join(waiting[:5])}")
        importers = blueprints.importers_of(connection, id)
        if importers and not force:
            raise InUse("blueprint", id, f"other blueprints import it: {', '.join(importers[:5])}")
        blueprints.delete(connection, id)
    keeping.remove_unused(database, home, [stored])
