"""The functions that only compute: joining, merging, and the handling of texts."""

from engine.domain.errors import FunctionFailed
from engine.domain.json import Json
from engine.dsl.calls import Function, Scope, When, is_call
from engine.dsl.words import kind_of

LONGEST = 4 * 1024 * 1024
"""Characters that a function may make."""


def _check_length(length: int) -> None:
    if length > LONGEST:
        raise FunctionFailed(f"a function would make a text of {length:,} characters; at most {LONGEST:,} are possible")


def _concat(arguments: Json, scope: Scope, depth: int) -> Json:
    parts = [str(one) for one in arguments]
    _check_length(sum(map(len, parts)))
    return "".join(parts)


def _merge(arguments: Json, scope: Scope, depth: int) -> Json:
    merged: dict[str, Json] = {}
    for one in arguments:
        if not isinstance(one, dict):
            raise FunctionFailed(f"`merge` joins mappings, but one of them is {kind_of(one)}")
        merged |= one
    return merged


def _find(arguments: Json, scope: Scope, depth: int) -> Json:
    return str(arguments[0]).find(str(arguments[1]))


def _replace(arguments: Json, scope: Scope, depth: int) -> Json:
    text, old, new, *count = arguments
    _check_length(len(str(text)) + str(text).count(str(old)) * len(str(new)))
    return str(text).replace(str(old), str(new), *count)


def _split(arguments: Json, scope: Scope, depth: int) -> Json:
    text, separator, *index = arguments
    if not str(separator):
        raise FunctionFailed("`string_split` needs a separator that is not empty")
    parts = str(text).split(str(separator))
    if not index:
        return parts
    if not -len(parts) <= index[0] < len(parts):
        raise FunctionFailed(f"`string_split` made {len(parts)} parts, so there is none of the index {index[0]}")
    return parts[index[0]]


def _lower(arguments: Json, scope: Scope, depth: int) -> Json:
    return str(_only(arguments)).lower()


def _upper(arguments: Json, scope: Scope, depth: int) -> Json:
    return str(_only(arguments)).upper()


def _only(arguments: Json) -> Json:
    return arguments[0] if isinstance(arguments, list) else arguments


def _is_text(value: Json) -> bool:
    return (isinstance(value, str | int) and not isinstance(value, bool)) or is_call(value)


def _is_number(value: Json) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or is_call(value)


def _is_list(value: Json) -> bool:
    return isinstance(value, list)


def _are_mappings(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _is_find(value: Json) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_text, value))


def _is_replace(value: Json) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and all(isinstance(one, str) or is_call(one) for one in value[:3])
        and all(map(_is_number, value[3:]))
    )


def _is_split(value: Json) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (2, 3)
        and all(map(_is_text, value[:2]))
        and all(map(_is_number, value[2:]))
    )


def _is_one_text(value: Json) -> bool:
    return _is_text(value) or (isinstance(value, list) and len(value) == 1 and _is_text(value[0]))


FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="concat",
        when=When.STATIC,
        evaluate=_concat,
        arguments="a list of values",
        accepts=_is_list,
        summary="Texts and numbers joined to one text.",
        example='{ concat: ["http://", { get_attribute: [web, ip] }, ":80"] }',
        since=(1, 1),
    ),
    Function(
        name="merge",
        when=When.STATIC,
        evaluate=_merge,
        arguments="a list of mappings",
        accepts=_are_mappings,
        summary="Mappings joined; later ones win.",
        example="{ merge: [{ get_input: defaults }, { size: large }] }",
        since=(1, 3),
    ),
    Function(
        name="string_find",
        when=When.STATIC,
        evaluate=_find,
        arguments="a list of a text and the text to find",
        accepts=_is_find,
        summary="Where a text begins in another one, from 0; -1 where it does not.",
        example="{ string_find: [{ get_input: address }, '@'] }",
    ),
    Function(
        name="string_replace",
        when=When.STATIC,
        evaluate=_replace,
        arguments="a list of a text, what to replace, the replacement, and how often at most",
        accepts=_is_replace,
        summary="A text with parts replaced.",
        example="{ string_replace: [{ get_input: name }, '_', '-'] }",
    ),
    Function(
        name="string_split",
        when=When.STATIC,
        evaluate=_split,
        arguments="a list of a text, a separator, and the index of a part",
        accepts=_is_split,
        summary="The parts of a text, or one of them.",
        example="{ string_split: [{ get_input: address }, ':', 0] }",
    ),
    Function(
        name="string_lower",
        when=When.STATIC,
        evaluate=_lower,
        arguments="a text",
        accepts=_is_one_text,
        summary="A text in small letters.",
        example="{ string_lower: { get_input: name } }",
    ),
    Function(
        name="string_upper",
        when=When.STATIC,
        evaluate=_upper,
        arguments="a text",
        accepts=_is_one_text,
        summary="A text in capital letters.",
        example="{ string_upper: { get_input: name } }",
    ),
)
