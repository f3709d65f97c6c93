"""The intrinsic functions: evaluating values that contain them, and adding functions of one's own."""

from engine.dsl import lookups, texts
from engine.dsl.calls import FUNCTIONS, Function, Outside, Scope, When, has_call, name_of, register
from engine.dsl.evaluation import evaluate

for _function in (*lookups.FUNCTIONS, *texts.FUNCTIONS):
    register(_function)

__all__ = [
    "FUNCTIONS",
    "Function",
    "Outside",
    "Scope",
    "When",
    "evaluate",
    "has_call",
    "name_of",
    "register",
]
