# ruff: noqa: T201 - what an operation prints becomes its log
"""Puts the products of catalogue.json on the shelf; what is there already is brought up to date."""

import json
import sqlite3
from contextlib import closing

from engine.sdk import ctx, parameters

PUT = """
INSERT INTO products (name, description, cents) VALUES (:name, :description, :cents)
ON CONFLICT (name) DO UPDATE SET description = excluded.description, cents = excluded.cents
"""

products = json.loads(ctx.get_resource("catalogue.json"))
with closing(sqlite3.connect(parameters.file, timeout=5)) as database, database:
    database.executemany(PUT, products)
print(f"{len(products)} products are on the shelf")
ctx.instance.runtime_properties["products"] = len(products)
