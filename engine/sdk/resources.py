"""Copies of blueprint files that operations and workflows ask for, and templates made of them."""

import tempfile
from pathlib import Path

from engine.domain.json import JsonObject
from engine.sdk.errors import NonRecoverableError

_MARKS = (b"{{", b"{%", b"{#")


def write_resource(content: bytes, resource_path: str, target_path: str | None, folder: str | None = None) -> str:
    """Write the content to `target_path`, or to a new file of the same name below `folder`, and return its path."""
    if target_path is None:
        target = Path(tempfile.mkdtemp(prefix="resource-", dir=folder)) / Path(resource_path).name
    else:
        target = Path(target_path)
        target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return str(target)


def render(content: bytes, variables: JsonObject | None, context: object) -> bytes:
    """Return the template with its variables filled in; `ctx` is always one of them.

    Raises:
        NonRecoverableError: `ctx` is given as a variable, or the template is wrong.
    """
    if variables and "ctx" in variables:
        raise NonRecoverableError("the template variable `ctx` is taken; choose another name")
    if not any(mark in content for mark in _MARKS):
        return content
    from jinja2 import Template, TemplateError  # only templates need it

    try:
        text: str = Template(content.decode()).render(**(variables or {}), ctx=context)
    except (TemplateError, UnicodeDecodeError) as error:
        raise NonRecoverableError(f"the template cannot be rendered: {error}") from error
    return text.encode()
