"""Operations of interfaces: their written forms, and what a template's definition takes over from its type's."""

from collections.abc import Mapping
from typing import NamedTuple

from engine.domain.blueprint import DataType, Operation
from engine.domain.json import JsonObject
from engine.dsl.calls import has_calls
from engine.dsl.document import Document
from engine.dsl.implementations import Resolver, Subject
from engine.dsl.problems import Kind
from engine.dsl.properties import Schema, declared, fill, fit_default, known_types


class Definition(NamedTuple):
    """An operation as a type or a template writes it."""

    name: str
    """Interface and operation, such as `cloudify.interfaces.lifecycle.create`."""
    holder: JsonObject
    key: str
    implementation: str
    schema: Schema
    """Inputs that a type declares."""
    inputs: JsonObject
    """Values that a template gives."""
    executor: str | None = None
    max_retries: int | None = None
    retry_interval: float | None = None
    timeout: float | None = None
    timeout_recoverable: bool | None = None

    @property
    def is_noop(self) -> bool:
        return not (self.implementation or self.schema or self.inputs or self.executor)


Definitions = dict[str, Definition]
"""By full name."""

_NONE: Definitions = {}


class Interfaces:
    """Reads definitions and makes operations of them."""

    def __init__(self, document: Document, types: Mapping[str, DataType], resolver: Resolver) -> None:
        self.document, self.types, self.resolver = document, types, resolver
        self._plain: dict[int, Operation] = {}
        """Operations of templates that say nothing of their own, by the identity of the type's definition."""
        self._inherited: dict[int, tuple[Definitions, dict[str, Operation]]] = {}
        """All operations of such templates, by the identity of the type's definitions."""

    def of_type(self, interfaces: JsonObject | None) -> Definitions:
        """Return the operations that a type defines itself."""
        return {one.name: self._typed(one) for one in self._definitions(interfaces, is_type=True)}

    def of_template(self, interfaces: JsonObject | None) -> Definitions:
        """Return the operations that a template or a relationship of it defines."""
        return {one.name: one for one in self._definitions(interfaces, is_type=False)} if interfaces else _NONE

    def _definitions(self, interfaces: JsonObject | None, *, is_type: bool) -> list[Definition]:
        return [
            self._definition(f"{interface}.{name}", operations, name, is_type=is_type)
            for interface, operations in (interfaces or {}).items()
            for name in (operations or {})
        ]

    def _definition(self, full: str, holder: JsonObject, key: str, *, is_type: bool) -> Definition:
        body = holder[key]
        if not isinstance(body, dict):
            return Definition(full, holder, key, body or "", {}, {})
        self._check_numbers(body)
        inputs = body.get("inputs") or {}
        return Definition(
            full,
            holder,
            key,
            body.get("implementation") or "",
            declared(inputs) if is_type else {},
            {} if is_type else inputs,
            body.get("executor"),
            body.get("max_retries"),
            body.get("retry_interval"),
            body.get("timeout"),
            body.get("timeout_recoverable"),
        )

    def _check_numbers(self, body: JsonObject) -> None:
        least = {"max_retries": -1, "retry_interval": 0, "timeout": 0}
        for name, bound in least.items():
            if (number := body.get(name)) is not None and number < bound:
                message = f"`{name}` must be {bound} or more, but it is {number}"
                self.document.problems.at_value(Kind.BAD_NUMBER, message, body, name)

    def _typed(self, one: Definition) -> Definition:
        if not one.schema:
            return one
        known = known_types(self.document, one.schema, self.types)
        schema = {
            name: fit_default(self.document, declared, self.types, is_final=True) for name, declared in known.items()
        }
        return one._replace(schema=schema)

    def check_implementations(self, definitions: Definitions) -> None:
        """Note implementations that cannot be found, whether or not a template uses them."""
        for one in definitions.values():
            if one.implementation:
                self.resolver.resolve(one.implementation, {}, one.executor, holder=one.holder, key=one.key)

    def operations(self, typed: Definitions, own: Definitions, subject: Subject) -> dict[str, Operation]:
        """Return every operation that does something: the template's own, else those of its type."""
        if not own and id(typed) in self._inherited:
            return self._inherited[id(typed)][1]
        before = len(self.document.problems.found)
        inherited = {
            name: self._inherit(one, subject)
            for name, one in typed.items()
            if name not in own and (one.implementation or one.schema)
        }
        defined = {name: self.operation(typed.get(name), one, subject) for name, one in own.items()}
        made = {name: one for name, one in {**inherited, **defined}.items() if one is not None}
        if not own and len(self.document.problems.found) == before:
            self._inherited[id(typed)] = (typed, made)
        return made

    def _inherit(self, typed: Definition, subject: Subject) -> Operation | None:
        if id(typed) not in self._plain:
            operation = self._made(typed, subject)
            if operation is None:
                return None
            self._plain[id(typed)] = operation
        return self._plain[id(typed)]

    def _made(self, typed: Definition, subject: Subject) -> Operation | None:
        before = len(self.document.problems.found)
        inputs = fill(
            self.document,
            typed.schema,
            {},
            self.types,
            owner=f"operation `{typed.name}` of {subject.name}",
            holder=subject.holder,
            key=subject.key,
            are_inputs=True,
        )
        operation = self._resolved(typed, None, inputs, typed.implementation)
        return operation if len(self.document.problems.found) == before else None

    def operation(self, typed: Definition | None, own: Definition, subject: Subject) -> Operation | None:
        """Return what a template's definition amounts to; None when nothing is done."""
        if own.is_noop:
            return None
        if typed is None or typed.is_noop:
            return self._resolved(own, None, own.inputs, own.implementation)
        implementation = own.implementation or typed.implementation
        if implementation != typed.implementation:
            return self._resolved(own, None, own.inputs, implementation)
        inputs = fill(
            self.document,
            typed.schema,
            own.inputs,
            self.types,
            owner=f"operation `{own.name}` of {subject.name}",
            holder=own.holder,
            key=own.key,
            are_inputs=True,
        )
        return self._resolved(own, typed, inputs, implementation)

    def _resolved(
        self,
        own: Definition,
        typed: Definition | None,
        inputs: JsonObject,
        implementation: str,
    ) -> Operation | None:
        if not implementation:
            return None
        target = self.resolver.resolve(
            implementation,
            inputs,
            own.executor or (typed.executor if typed else None),
            holder=own.holder if own.implementation or typed is None else typed.holder,
            key=own.key,
        )
        if target is None:
            return None
        base = typed or own
        return Operation(
            plugin=target.plugin,
            function=target.function,
            inputs=target.inputs,
            executor=target.executor,
            max_retries=base.max_retries if own.max_retries is None else own.max_retries,
            retry_interval=base.retry_interval if own.retry_interval is None else own.retry_interval,
            timeout=base.timeout if own.timeout is None else own.timeout,
            timeout_recoverable=bool(
                base.timeout_recoverable if own.timeout_recoverable is None else own.timeout_recoverable
            ),
            input_types=_input_types(base.schema, inputs),
            has_functions=has_calls(inputs),
        )


def _input_types(schema: Schema, inputs: JsonObject) -> dict[str, str]:
    """Return the types that can be checked only when the functions in the inputs have been evaluated."""
    return {
        name: one.schema.type
        for name, one in schema.items()
        if one.schema.type is not None and isinstance(inputs.get(name), dict)
    }
