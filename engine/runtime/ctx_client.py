"""The `ctx` command of scripts; it knows nothing but how to ask, and imports so little that it starts in no time."""

import os
import sys
from _socket import AF_UNIX, SHUT_WR, SOCK_STREAM, socket  # `socket` itself costs more than all the rest

USAGE = "usage: ctx [-t SECONDS] [-j] [--json-arg-prefix PREFIX] [--socket-url URL] WORD..."


class Request:
    """What the command line asks for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.timeout = 30.0
        self.form = "text"
        self.prefix = "@"
        self.words: list[str] = []


def main(argv: list[str]) -> int:
    """Send the words to the worker and print its answer."""
    try:
        request = _parse(argv)
    except (ValueError, IndexError) as error:
        return _complain(f"ctx: {error}\n{USAGE}")
    if not request.url:
        return _complain("CTX_SOCKET_URL is not set; ctx works only in scripts that an operation runs")
    try:
        answer = _ask(request)
    except OSError as error:
        return _complain(f"ctx: {error}")
    if answer[:1] == b"0":
        os.write(1, answer[1:])
        return 0
    said = answer[1:].decode(errors="replace") or "the operation that this script belongs to has ended"
    return _complain(said)


def _parse(argv: list[str]) -> Request:
    request = Request(os.environ.get("CTX_SOCKET_URL", ""))
    rest = list(argv)
    while rest and rest[0].startswith("-") and len(rest[0]) > 1:
        option, _, value = rest.pop(0).partition("=")
        if option in ("-j", "--json-output"):
            request.form = "json"
        elif option in ("-t", "--timeout"):
            request.timeout = float(value or rest.pop(0))
        elif option == "--json-arg-prefix":
            request.prefix = value or rest.pop(0)
        elif option == "--socket-url":
            request.url = value or rest.pop(0)
        else:
            raise ValueError(f"there is no option {option}")
    request.words = rest
    return request


def _ask(request: Request) -> bytes:
    """Send the fields, which can contain no NUL, with NUL between them."""
    path, _, token = request.url.removeprefix("unix://").partition("#")
    fields = "\0".join([token, request.form, request.prefix, *request.words])
    connection = socket(AF_UNIX, SOCK_STREAM)
    connection.settimeout(request.timeout)
    connection.connect(path)
    sent, message = 0, fields.encode(errors="surrogateescape")
    while sent < len(message):
        sent += connection.send(message[sent:])
    connection.shutdown(SHUT_WR)
    return b"".join(iter(lambda: connection.recv(65536), b""))


def _complain(message: str) -> int:
    os.write(2, f"{message}\n".encode(errors="replace"))
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
