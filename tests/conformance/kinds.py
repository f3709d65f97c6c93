"""Which of our kinds of mistakes stands for which error of the reference."""

import re

from engine.dsl.problems import Kind

_FORM = {
    Kind.MISSING_KEY,
    Kind.UNKNOWN_KEY,
    Kind.WRONG_KIND,
    Kind.BAD_INSTANCES,
    Kind.BAD_SCHEDULE,
    Kind.BAD_NUMBER,
}

BY_CODE: dict[int, set[Kind]] = {
    -1: {Kind.BAD_YAML},
    1: _FORM,
    2: {Kind.IMPORT_TWICE},
    3: {Kind.NOT_MERGEABLE},
    4: {Kind.MERGE_CONFLICT},
    7: {Kind.UNKNOWN_NODE_TYPE},
    10: {Kind.UNKNOWN_IMPLEMENTATION},
    13: {Kind.IMPORT_FAILED, Kind.IMPORT_REFUSED},
    18: {Kind.BAD_EXECUTOR},
    19: {Kind.UNKNOWN_IMPLEMENTATION},
    21: {Kind.UNKNOWN_IMPLEMENTATION},
    23: {Kind.SELF_TARGET},
    24: {Kind.NO_HOST},
    25: {Kind.UNKNOWN_TARGET},
    26: {Kind.UNKNOWN_RELATIONSHIP},
    27: {Kind.VERSION_MISSING},
    28: {Kind.VERSION_MISMATCH, Kind.BAD_EXECUTOR},
    29: {Kind.VERSION_UNKNOWN},
    40: {Kind.BAD_GROUP},
    41: {Kind.UNKNOWN_TYPE},
    42: {Kind.UNKNOWN_TYPE},
    50: {Kind.PLUGIN_SOURCE},
    60: {Kind.SCRIPT_INPUT},
    61: {Kind.NO_SCRIPT_PLUGIN},
    **{code: {Kind.VERSION_UNKNOWN, Kind.WRONG_KIND} for code in range(71, 77)},
    91: {Kind.AMBIGUOUS_IMPLEMENTATION},
    100: {Kind.CYCLE},
    102: {Kind.VERSION_TOO_OLD},
    103: {Kind.UNKNOWN_TYPE, Kind.BAD_CONSTRAINT},
    104: {Kind.REDEFINED_PRIMITIVE},
    105: {Kind.WRONG_TYPE},
    106: {Kind.UNKNOWN_PROPERTY},
    107: {Kind.MISSING_VALUE},
    112: {Kind.SEVERAL_CONTAINERS},
    200: {Kind.BAD_GROUP},
    201: {Kind.BAD_GROUP},
    202: {Kind.BAD_GROUP},
    204: {Kind.BAD_POLICY},
    205: {Kind.BAD_POLICY},
    206: {Kind.BAD_POLICY},
    207: {Kind.BAD_INSTANCES},
    208: {Kind.BAD_INSTANCES},
    209: {Kind.BAD_INSTANCES},
    210: {Kind.BAD_INSTANCES},
    211: {Kind.BAD_GROUP},
    212: {Kind.BAD_CONSTRAINT, Kind.NAMESPACE},
    213: {Kind.NAMESPACE, Kind.BAD_INPUT},
    214: {Kind.NAMESPACE},
    215: {Kind.BAD_INPUT, Kind.LIFECYCLE_OPERATION, Kind.MISSING_VALUE},
    216: {Kind.BAD_INPUT, Kind.LIFECYCLE_OPERATION},
    217: {Kind.BAD_INPUT},
    218: {Kind.BAD_INPUT},
    219: {Kind.BAD_INPUT},
    220: {Kind.IMPORT_PROPERTY},
    221: {Kind.IMPORT_PROPERTY},
}

BY_CLASS: dict[str, set[Kind]] = {
    "ValueError": {Kind.BAD_FUNCTION, Kind.BAD_NUMBER},
    "KeyError": {Kind.BAD_FUNCTION},
    "ConstraintException": {Kind.CONSTRAINT_VIOLATED},
    "FunctionValidationError": {Kind.BAD_FUNCTION, Kind.VERSION_TOO_OLD},
    "FunctionEvaluationError": {Kind.BAD_FUNCTION},
    "InputEvaluationError": {Kind.BAD_FUNCTION},
    "UnknownInputError": {Kind.UNKNOWN_INPUT},
    "UnknownSysEntityError": {Kind.BAD_FUNCTION},
    "UnknownSysPropertyError": {Kind.BAD_FUNCTION},
    "NonRecoverableError": {Kind.BAD_SCHEDULE},
}


def expected(error: dict[str, object]) -> set[Kind]:
    """Return the kinds that may stand for a recorded error; all of them for one that is not listed."""
    code = error.get("err_code")
    if isinstance(code, int):
        return BY_CODE.get(code, set(Kind))
    return BY_CLASS.get(str(error["class"]), set(Kind))


def is_within(line: int, blamed: int, text: str) -> bool:
    """Return whether a line belongs to the element that begins in the line that the reference blames."""
    lines = text.splitlines()
    if line == blamed:
        return True
    if not blamed < line <= len(lines) or blamed < 1:
        return False
    depth = _depth(lines[blamed - 1])
    return all(_depth(one) >= depth or not one.strip() for one in lines[blamed:line])


def _depth(line: str) -> int:
    return len(line) - len(re.sub(r"^[ ]*(- *)?", "", line))
