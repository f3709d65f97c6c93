"""The data types of a blueprint, each with all its fields and their whole defaults."""

from engine.domain.blueprint import DataType, Parameter
from engine.dsl.document import Document
from engine.dsl.lineage import lineages
from engine.dsl.problems import Kind
from engine.dsl.properties import Schema, declared, fit_default, inherit, known_types
from engine.dsl.values import PRIMITIVES
from engine.dsl.words import listed


def data_types(document: Document) -> dict[str, DataType]:
    """Return every usable data type; fields of data types come after those types."""
    found = {name: line for name, line in lineages(document, "data_types").items() if not PRIMITIVES.keys() & set(line)}
    for name in document.section("data_types"):
        if name in PRIMITIVES:
            message = f"`{name}` is a type of the language and cannot be defined again"
            document.problems.at_key(
                Kind.REDEFINED_PRIMITIVE, message, document.section("data_types"), name, "choose another name"
            )
    bodies = document.usable("data_types")
    own = {name: declared(bodies[name].get("properties")) for name in found}
    finished: dict[str, DataType] = {}
    schemas: dict[str, Schema] = {}
    for name in _order(document, own, {name: line[-2:-1] for name, line in found.items()}):
        parent = schemas.get(found[name][-2], {}) if len(found[name]) > 1 else {}
        usable = known_types(document, own[name], document.section("data_types"))
        joined = inherit(document, parent, usable, finished)
        schemas[name] = {
            key: fit_default(document, one, finished) if key in usable else one for key, one in joined.items()
        }
        fields: dict[str, Parameter] = {key: one.schema for key, one in schemas[name].items()}
        finished[name] = DataType(hierarchy=found[name], fields=fields)
    return finished


def _order(document: Document, own: dict[str, Schema], parents: dict[str, tuple[str, ...]]) -> list[str]:
    """Return the types so that each comes after its parent and the types of its fields."""
    needs: dict[str, list[str | None]] = {
        name: [*parents[name], *(one.schema.type for one in schema.values() if one.schema.type in own)]
        for name, schema in own.items()
    }
    ordered: list[str] = []
    state: dict[str, bool] = {}
    for name in needs:
        _visit(document, name, needs, ordered, state)
    return ordered


def _visit(
    document: Document,
    name: str,
    needs: dict[str, list[str | None]],
    ordered: list[str],
    state: dict[str, bool],
) -> None:
    stack: list[tuple[str, int]] = [(name, 0)] if name not in state else []
    while stack:
        current, index = stack.pop()
        state.setdefault(current, False)
        if index == len(needs[current]):
            state[current] = True
            ordered.append(current)
            continue
        stack.append((current, index + 1))
        need = needs[current][index]
        if need is None or state.get(need):
            continue
        if need in state:
            _circle(document, [one for one, _ in stack], need)
            continue
        stack.append((need, 0))


def _circle(document: Document, path: list[str], again: str) -> None:
    names = path[path.index(again) :]
    section = document.section("data_types")
    message = (
        f"the data type `{again}` contains itself"
        if len(names) == 1
        else f"the data types {listed(names)} contain each other in a circle"
    )
    document.problems.at_key(Kind.CYCLE, message, section, again, "give one of the fields the type `dict`")
