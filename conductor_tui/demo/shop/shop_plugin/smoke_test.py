"""The workflow that asks the shop the way a customer would, and fails when an answer is wrong."""

import html
import json
import time
from collections.abc import Callable
from typing import Any

from engine.sdk import NonRecoverableError, ctx, workflow
from shop_plugin.web import Answer, NoAnswer, ask

GLANCE = 0.1
"""Seconds between two looks at an order."""


@workflow
def smoke_test(expected_text: str, shipping_timeout: float, **_: Any) -> None:
    """Look at the page and its style, then order something and wait until it is shipped."""
    (proxy,) = ctx.get_node("proxy").instances
    address = proxy.runtime_properties["address"]
    text = expected_text or ctx.get_node("app").properties["shop_name"]
    graph = ctx.graph_mode()
    graph.sequence().add(
        _check(look_at_page, address=address, expected_text=text),
        _check(look_at_style, address=address),
        _check(order_something, address=address, timeout=shipping_timeout),
    )
    graph.execute()


def _check(look: Callable[..., str], **values: Any) -> Any:
    return ctx.local_task(look, kwargs=values, total_retries=0)


def look_at_page(address: str, expected_text: str) -> str:
    """Expect the text on the shop's page."""
    page = _asked(address, "/")
    if html.escape(expected_text) not in page.body:
        raise NonRecoverableError(f"the page at http://{address}/ does not contain `{expected_text}`")
    return f"{page.server} shows `{expected_text}`"


def look_at_style(address: str) -> str:
    """Expect the style of the page."""
    style = _asked(address, "/assets/style.css")
    return f"{len(style.body)} characters of style"


def order_something(address: str, timeout: float) -> str:
    """Order the first product and expect that it is shipped within `timeout` seconds."""
    product = json.loads(_asked(address, "/products").body)[0]
    order = json.loads(_asked(address, "/orders", json.dumps({"product": product["id"]})).body)["id"]
    deadline = time.monotonic() + timeout
    while json.loads(_asked(address, f"/orders/{order}").body)["state"] != "shipped":
        if time.monotonic() > deadline:
            raise NonRecoverableError(f"order {order} was not shipped within {timeout:g} seconds")
        time.sleep(GLANCE)
    return f"order {order} ({product['name']}) is shipped"


def _asked(address: str, path: str, body: str | None = None) -> Answer:
    try:
        answer = ask(address, path, body)
    except NoAnswer as reason:
        raise NonRecoverableError(str(reason)) from reason
    if answer.status not in (200, 201):
        raise NonRecoverableError(f"http://{address}{path} answered {answer.status}: {answer.body.strip()}")
    return answer
