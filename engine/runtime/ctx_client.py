"""The `ctx` command of scripts; it runs alone, with nothing but the standard library."""

import json
import os
import socket
import sys

USAGE = "usage: ctx [-t SECONDS] [-j] [--json-arg-prefix PREFIX] [--socket-url URL] WORD..."


class Request:
    """What the command line asks for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.timeout = 30.0
        self.is_json = False
        self.prefix = "@"
        self.words: list[object] = []


def main(argv: list[str]) -> int:
    """Send the words to the worker and print its answer."""
    try:
        request = _parse(argv)
        if not request.url:
            return _say("CTX_SOCKET_URL is not set; ctx works only in scripts that an operation runs")
        answer = _ask(request)
    except (ValueError, IndexError, OSError) as error:
        return _say(f"ctx: {error}\n{USAGE}" if isinstance(error, (ValueError, IndexError)) else f"ctx: {error}")
    return _print(answer, request.is_json)


def _parse(argv: list[str]) -> Request:
    request = Request(os.environ.get("CTX_SOCKET_URL", ""))
    rest = list(argv)
    while rest and rest[0].startswith("-") and len(rest[0]) > 1:
        option, _, value = rest.pop(0).partition("=")
        if option in ("-j", "--json-output"):
            request.is_json = True
        elif option in ("-t", "--timeout"):
            request.timeout = float(value or rest.pop(0))
        elif option == "--json-arg-prefix":
            request.prefix = value or rest.pop(0)
        elif option == "--socket-url":
            request.url = value or rest.pop(0)
        else:
            raise ValueError(f"there is no option {option}")
    request.words = [_word(word, request.prefix) for word in rest]
    return request


def _word(word: str, prefix: str) -> object:
    return json.loads(word[len(prefix) :]) if prefix and word.startswith(prefix) else word


def _ask(request: Request) -> dict[str, object]:
    path, _, token = request.url.removeprefix("unix://").partition("#")
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(request.timeout)
        connection.connect(path)
        connection.sendall(json.dumps({"token": token, "args": request.words}).encode() + b"\n")
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    if not answer:
        raise OSError("the operation that this script belongs to has ended")
    decoded: dict[str, object] = json.loads(answer)
    return decoded


def _print(answer: dict[str, object], is_json: bool) -> int:
    payload = answer["payload"]
    if answer["type"] != "result":
        return _say(str(payload["message"] if isinstance(payload, dict) else payload))
    if is_json:
        sys.stdout.write(json.dumps(payload))
    else:
        sys.stdout.write(str(payload) if payload else "")
    sys.stdout.write("\n" if is_json or payload else "")
    return 0


def _say(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
