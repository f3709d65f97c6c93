"""The application server: the shop's page, its products and its orders, straight from the database file."""

import html
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from service import Handler, read_settings, serve

SETTINGS = read_settings()
JSON = "application/json"
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{shop}</title><link rel="stylesheet" href="/assets/style.css"></head>
<body>
<header><img src="/assets/sign.svg" alt="" width="48"><h1>{shop}</h1></header>
<ul class="shelf">{products}</ul>
<footer>{orders} orders shipped so far. This page came from {server}.</footer>
</body>
</html>
"""
PRODUCT = "<li><b>{name}</b><span>{description}</span><i>{price}</i></li>"


class App(Handler):
    """Reads and writes of the shop."""

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        match self.path.strip("/").split("/"):
            case [""]:
                self._answer(200, _page().encode(), "text/html; charset=utf-8")
            case ["health"]:
                self._answer(200, f"{len(_products())} products\n".encode())
            case ["products"]:
                self._json(200, _products())
            case ["orders", number] if number.isdecimal():
                order = _order(int(number))
                self._json(200 if order else 404, order or {"error": f"there is no order {number}"})
            case _:
                self._json(404, {"error": f"there is no page {self.path}"})

    def do_POST(self) -> None:  # noqa: N802 - the name that http.server calls
        if self.path != "/orders":
            self._json(404, {"error": f"nothing can be sent to {self.path}"})
            return
        wanted = _wanted_product(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        if wanted is None or not any(product["id"] == wanted for product in _products()):
            self._json(400, {"error": "an order names the id of a product"})
            return
        self._json(201, _place_order(wanted))

    def _json(self, status: int, value: object) -> None:
        self._answer(status, json.dumps(value).encode(), JSON)

    def _answer(self, status: int, body: bytes, kind: str = "text/plain; charset=utf-8") -> None:
        self.answer(status, body, kind, Served_By=SETTINGS["name"])


def _wanted_product(body: bytes) -> int | None:
    try:
        order = json.loads(body)
    except ValueError:
        return None
    wanted = order.get("product") if isinstance(order, dict) else None
    return wanted if isinstance(wanted, int) else None


@contextmanager
def _database() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(SETTINGS["database"], timeout=5)) as connection, connection:
        connection.row_factory = sqlite3.Row
        yield connection


def _products() -> list[dict[str, Any]]:
    with _database() as database:
        rows = database.execute("SELECT id, name, description, cents FROM products ORDER BY name")
        return [dict(row) for row in rows]


def _order(number: int) -> dict[str, Any] | None:
    with _database() as database:
        row = database.execute("SELECT id, product_id, state FROM orders WHERE id = ?", (number,)).fetchone()
    return dict(row) if row else None


def _place_order(product: int) -> dict[str, Any]:
    with _database() as database:
        number = database.execute("INSERT INTO orders (product_id) VALUES (?)", (product,)).lastrowid
    return {"id": number, "product_id": product, "state": "new"}


def _page() -> str:
    with _database() as database:
        (shipped,) = database.execute("SELECT count(*) FROM orders WHERE state = 'shipped'").fetchone()
    return PAGE.format(
        shop=html.escape(SETTINGS["shop_name"]),
        products="".join(_shelf_entry(product) for product in _products()),
        orders=shipped,
        server=html.escape(SETTINGS["name"]),
    )


def _shelf_entry(product: dict[str, Any]) -> str:
    name, description = html.escape(product["name"]), html.escape(product["description"])
    return PRODUCT.format(name=name, description=description, price=f"{product['cents'] / 100:.2f}")


if __name__ == "__main__":
    serve(App, SETTINGS)
