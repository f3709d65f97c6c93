"""Asking the shop over HTTP, never through a proxy of the environment."""

import http.client
from contextlib import closing
from typing import NamedTuple


class Answer(NamedTuple):
    """What a server of the shop answered."""

    status: int
    body: str
    server: str
    """The application server that made the answer; empty when none was asked."""


class NoAnswer(Exception):
    """The server did not answer."""


def ask(address: str, path: str, body: str | None = None) -> Answer:
    """GET the path, or POST the body to it.

    Raises:
        NoAnswer: nothing came back.
    """
    with closing(http.client.HTTPConnection(address, timeout=5)) as connection:
        try:
            connection.request("GET" if body is None else "POST", path, body)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(f"{address} does not answer: {error}") from error
    return Answer(response.status, text, response.getheader("Served-By", ""))
