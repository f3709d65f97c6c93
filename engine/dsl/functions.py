"""The intrinsic functions: evaluating values that contain them, and adding functions of one's own."""

from engine.dsl import attributes, beyond, lookups, texts
from engine.dsl.calls import FUNCTIONS, Function, Outside, Scope, When, has_call, has_calls, name_of, register
from engine.dsl.evaluation import evaluate, evaluate_entries, evaluate_outputs

for _function in (*lookups.FUNCTIONS, *attributes.FUNCTIONS, *beyond.FUNCTIONS, *texts.FUNCTIONS):
    register(_function)

__all__ = [
    "FUNCTIONS",
    "Function",
    "Outside",
    "Scope",
    "When",
    "evaluate",
    "evaluate_entries",
    "evaluate_outputs",
    "has_call",
    "has_calls",
    "name_of",
    "register",
]
