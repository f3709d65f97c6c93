"""The use cases of hooks: create, switch, delete, and the way of what they are to tell."""

from collections.abc import Iterable
from datetime import datetime
from sqlite3 import Connection

from engine.domain.errors import AlreadyExists
from engine.domain.event import Draft, EventType, Level
from engine.domain.hook import Delivery, DeliveryState, Hook, make_hook, tried
from engine.domain.json import JsonObject
from storage import engines, events, executions, hooks
from storage.database import Database


def create(
    database: Database, id: str, events: Iterable[str], *, command: str | None, url: str | None, now: datetime
) -> Hook:
    """Store a new hook; it is told of what happens from now on.

    Raises:
        AlreadyExists: the id is taken.
        InvalidValue: the id, an event, the command or the URL cannot be one.
    """
    hook = make_hook(id, events, command=command, url=url, now=now)
    with database.write() as connection:
        if hooks.exists(connection, id):
            raise AlreadyExists("hook", id)
        hooks.insert(connection, hook)
    return hook


def listing(database: Database) -> list[Hook]:
    with database.read() as connection:
        return hooks.find(connection)


def get(database: Database, id: str) -> Hook:
    """Return one hook.

    Raises:
        NotFound: there is no such hook.
    """
    with database.read() as connection:
        return hooks.get(connection, id)


def deliveries(database: Database, id: str, *, limit: int) -> list[Delivery]:
    """Return what a hook has told and is to tell, newest first.

    Raises:
        NotFound: there is no such hook.
    """
    with database.read() as connection:
        hooks.get(connection, id)
        return hooks.deliveries(connection, id, limit=limit)


def switch(database: Database, id: str, *, enabled: bool) -> bool:
    """Switch a hook on or off; False means that it was so. What it was to tell before waits meanwhile.

    Raises:
        NotFound: there is no such hook.
    """
    with database.write() as connection:
        hooks.get(connection, id)
        return hooks.set_enabled(connection, id, enabled)


def delete(database: Database, id: str) -> None:
    """Remove a hook; what it was still to tell is never told.

    Raises:
        NotFound: there is no such hook.
    """
    with database.write() as connection:
        if not hooks.delete(connection, id):
            hooks.get(connection, id)


def due(database: Database, *, now: datetime, limit: int, epoch: int | None = None) -> list[tuple[Hook, Delivery]]:
    """Return what is to be told now; nothing once a later engine than that of `epoch` leads."""
    with database.read() as connection:
        if epoch is not None and not engines.leads(connection, epoch):
            return []
        return hooks.due(connection, now, limit=limit)


def next_try(database: Database) -> datetime | None:
    """Return when something is to be told next; None when nothing is."""
    with database.read() as connection:
        return hooks.next_try(connection)


def settle(database: Database, delivery: Delivery, error: str, *, now: datetime) -> Delivery:
    """Store the outcome of a try; an empty error is a success. The first failure and the last one are events."""
    done = tried(delivery, error, now=now)
    with database.write() as connection:
        if hooks.update(connection, done):
            if error and (done.tries == 1 or done.state is DeliveryState.FAILED):
                events.append(connection, [_failure(connection, done, now)])
            if done.state is not DeliveryState.PENDING:
                hooks.forget_old(connection, done.hook_id)
    return done


def _failure(connection: Connection, delivery: Delivery, now: datetime) -> Draft:
    told = delivery.payload
    given_up = delivery.state is DeliveryState.FAILED
    outlook = f"given up after {delivery.tries} tries" if given_up else "it is tried again"
    id = told["execution_id"]
    return Draft(
        type=EventType.ENGINE_EVENT,
        message=f"hook '{delivery.hook_id}' could not tell that {id} is {told['event']}: {delivery.error}; {outlook}",
        timestamp=now,
        level=Level.WARNING,
        execution_id=id if executions.exists(connection, id) else None,
        deployment_id=told["deployment_id"],
        workflow_id=told["workflow_id"],
    )


def sample(hook: Hook, *, now: datetime) -> JsonObject:
    """Return what a hook would be told, made up for a test of it."""
    event = hook.events[0]
    return {
        "hook_id": hook.id,
        "delivery": 0,
        "event": event.value,
        "timestamp": now.isoformat(timespec="microseconds"),
        "message": "this is a test of the hook; no execution is meant",
        "execution_id": "00000000-0000-0000-0000-000000000000",
        "workflow_id": "install",
        "deployment_id": "example",
        "blueprint_id": "example",
        "status": event.value,
        "error": "",
        "parameters": {},
        "origin": "user",
        "dry_run": True,
        "is_test": True,
    }
