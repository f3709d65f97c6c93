"""The workflow that asks the shop the way a customer would, and fails when an answer is wrong."""

import html
import json
import time
from typing import Any

from engine.sdk import NonRecoverableError, ctx, workflow
from shop_plugin.web import Answer, NoAnswer, ask

GLANCE = 0.1
"""Seconds between two looks at an order."""


@workflow
def smoke_test(expected_text: str, shipping_timeout: float, **_: Any) -> None:
    """Look at the page and its style, then order something and wait until it is shipped."""
    address = _address()
    page = _asked(address, "/")
    if html.escape(expected_text) not in page.body:
        raise NonRecoverableError(f"the page at http://{address}/ does not contain `{expected_text}`")
    ctx.send_event(f"{page.server} shows {expected_text}")
    _asked(address, "/assets/style.css")
    ctx.send_event("the proxy serves the assets")
    product = json.loads(_asked(address, "/products").body)[0]
    order = json.loads(_asked(address, "/orders", json.dumps({"product": product["id"]})).body)
    ctx.send_event(f"order {order['id']} for {product['name']} is placed")
    _wait_until_shipped(address, order["id"], shipping_timeout)
    ctx.send_event(f"order {order['id']} is shipped")


def _address() -> str:
    (proxy,) = ctx.get_node("proxy").instances
    return str(proxy.runtime_properties["address"])


def _asked(address: str, path: str, body: str | None = None) -> Answer:
    try:
        answer = ask(address, path, body)
    except NoAnswer as reason:
        raise NonRecoverableError(str(reason)) from reason
    if answer.status not in (200, 201):
        raise NonRecoverableError(f"http://{address}{path} answered {answer.status}: {answer.body.strip()}")
    return answer


def _wait_until_shipped(address: str, order: int, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while json.loads(_asked(address, f"/orders/{order}").body)["state"] != "shipped":
        if time.monotonic() > deadline:
            raise NonRecoverableError(f"order {order} was not shipped within {timeout:g} seconds")
        time.sleep(GLANCE)
