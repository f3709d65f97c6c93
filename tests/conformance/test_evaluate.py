"""Functions at run time against recorded behaviour."""

import pytest

from engine.domain.blueprint import Output
from engine.domain.errors import FunctionFailed
from engine.domain.json import Json
from engine.dsl.functions import evaluate_entries, evaluate_outputs
from tests.conformance.records import Record, cases
from tests.conformance.worlds import scope_of

NOT_EVALUATED = "inter_deployment_functions"
"""A list that the reference's plans carry; what looks like calls in it are their arguments."""


@pytest.mark.parametrize("record", cases("evaluate"))
def test_functions_have_the_recorded_values(record: Record) -> None:
    if not record["outcome"].get("ok"):
        with pytest.raises(FunctionFailed):
            evaluated(record)
        return

    assert without_errors(record["outcome"]["result"]) == without_errors(evaluated(record))


def evaluated(record: Record) -> Json:
    """Return what our functions make of a recorded call."""
    arguments, storage = record["args"], record["storage"]
    match record["func"]:
        case "evaluate_functions":
            payload = {key: value for key, value in arguments["payload"].items() if key != NOT_EVALUATED}
            return evaluate_entries(payload, scope_of(storage, arguments["context"]))
        case "evaluate_outputs":
            outputs = {name: Output(value=one["value"]) for name, one in arguments["outputs_def"].items()}
            return evaluate_outputs(outputs, scope_of(storage, {}))
    node = arguments["node"]
    nodes = [one for one in storage.get("nodes", []) if one["id"] != node["id"]]
    scope = scope_of({**storage, "nodes": [*nodes, node]}, {"self": node["id"]})
    return {**node, "properties": evaluate_entries(node["properties"], scope)}


def without_errors(result: Json) -> Json:
    """Return a result with the wording of errors left out."""
    return {
        key: "<ERROR>" if isinstance(value, str) and value.startswith("<ERROR") else value
        for key, value in result.items()
        if key != NOT_EVALUATED
    }
