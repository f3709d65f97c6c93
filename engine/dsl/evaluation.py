"""How calls of intrinsic functions are evaluated: what the inputs decide at once, the rest when it is needed."""

from collections.abc import Mapping

from engine.domain.blueprint import Output
from engine.domain.errors import FunctionFailed
from engine.domain.json import Json, JsonObject
from engine.dsl.calls import FUNCTIONS, NotYetError, Scope, When, has_call, name_of
from engine.dsl.values import Fitting
from engine.dsl.words import shorten

DEEPEST = 50
"""How many functions may lead to each other before it is taken for a circle."""
MOST_CALLS = 20_000
"""Of one value; functions that each call two others add up quickly."""
MOST_OF_ALL = 500_000
"""Of all values that are evaluated together."""


def evaluate(value: Json, scope: Scope, depth: int = 0) -> Json:
    """Return the value with its functions evaluated; the same object where there is none.

    Before the deployment runs (`scope.is_running` false), functions that need a running one stay as they are.

    Raises:
        FunctionFailed: a function has no answer.
    """
    if type(value) is dict:
        if name := name_of(value):
            return _call(name, value, scope, depth)
        return evaluate_entries(value, scope, depth)
    if type(value) is list:
        return _items(value, scope, depth)
    return value


def evaluate_entries(value: JsonObject, scope: Scope, depth: int = 0) -> JsonObject:
    """Return a mapping of names, such as properties or inputs, with its values evaluated; itself it is no call.

    Raises:
        FunctionFailed: a function has no answer.
    """
    changed = {
        key: new
        for key, one in value.items()
        if (type(one) is dict or type(one) is list) and (new := evaluate(one, scope, depth)) is not one
    }
    return {**value, **changed} if changed else value


def _items(value: list[Json], scope: Scope, depth: int) -> list[Json]:
    evaluated = [evaluate(one, scope, depth) for one in value]
    return evaluated if any(new is not old for new, old in zip(evaluated, value, strict=True)) else value


def _call(name: str, call: JsonObject, scope: Scope, depth: int) -> Json:
    _spend(scope, depth)
    if depth > DEEPEST:
        raise FunctionFailed(f"`{shorten(str(call))}` leads to itself: more than {DEEPEST} functions in a row")
    function = FUNCTIONS[name]
    arguments = evaluate(call[name], scope, depth + 1)
    partial = call if arguments is call[name] else {**call, name: arguments}
    if not scope.is_running and function.needs_arguments and has_call(arguments):
        raise FunctionFailed(f"the arguments of `{name}` are known only at run time: `{shorten(str(arguments))}`")
    if has_call(arguments) or (not scope.is_running and function.when is When.RUNNING):
        return partial
    if not function.accepts(arguments):
        raise FunctionFailed(f"`{name}` takes {function.arguments}, but got `{shorten(str(arguments))}`")
    try:
        result = function.evaluate(arguments, scope, depth + 1)
    except NotYetError:
        return partial
    except RecursionError as error:
        raise FunctionFailed(f"`{name}` leads too deep") from error
    if has_call(result):
        result = evaluate(result, scope, depth + 1)
    if "type" in call:
        _check_type(name, call, result, scope)
    return result


def _spend(scope: Scope, depth: int) -> None:
    """Count a call; values that read each other several times would soon take for ever."""
    scope.spent[0] = scope.spent[0] + 1 if depth else 0
    scope.spent[1] += 1
    if scope.spent[0] > MOST_CALLS:
        raise FunctionFailed(f"a value needs more than {MOST_CALLS:,} function calls")
    if scope.spent[1] > MOST_OF_ALL:
        raise FunctionFailed(f"the values of the blueprint need more than {MOST_OF_ALL:,} function calls")


def _check_type(name: str, call: JsonObject, result: Json, scope: Scope) -> None:
    if has_call(result) or not isinstance(call["type"], str):
        return
    fitting = Fitting(scope.plan.data_types)
    fitting.fit(result, call["type"], None, "")
    for misfit in fitting.misfits:
        raise FunctionFailed(misfit.about(f"{name}: {shorten(str(call[name]))}").replace("``", "`"))


def evaluate_outputs(outputs: Mapping[str, Output], scope: Scope) -> JsonObject:
    """Return the values of outputs or capabilities; one that has no value now says why instead."""
    return {name: _shown(output.value, scope) for name, output in outputs.items()}


def _shown(value: Json, scope: Scope) -> Json:
    try:
        return evaluate(value, scope)
    except FunctionFailed as error:
        return f"<ERROR: {error}>"
