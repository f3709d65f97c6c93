# ruff: noqa: T201 - what an operation prints becomes its log
"""Brings the database's schema up to date, one migration after another."""

import sqlite3
import time
from contextlib import closing
from pathlib import PurePath

from engine.sdk import ctx, parameters

migrations = parameters.migrations

with closing(sqlite3.connect(parameters.file)) as database:
    (done,) = database.execute("PRAGMA user_version").fetchone()
    print(f"the schema is at step {done} of {len(migrations)}", flush=True)
    for step, path in enumerate(migrations[done:], start=done + 1):
        text = ctx.get_resource(path).decode()
        database.executescript(f"BEGIN; {text}; PRAGMA user_version = {step}; COMMIT;")
        print(f"step {step} of {len(migrations)} done: {PurePath(path).stem}", flush=True)
        time.sleep(parameters.pace)
