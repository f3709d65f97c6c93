"""The table of exit codes is complete and as documented."""

import pytest

from conductor_tui.cli.exit_codes import BY_ERROR, ExitCode, exit_code
from engine.domain import errors
from engine.domain.errors import ConductorError, EngineRunning, InvalidInputs


def leaves(kind: type[ConductorError]) -> list[type[ConductorError]]:
    below = [one for one in kind.__subclasses__() if one.__module__ == errors.__name__]
    return [leaf for one in below for leaf in leaves(one)] if below else [kind]


@pytest.mark.parametrize("leaf", leaves(ConductorError), ids=lambda leaf: leaf.__name__)
def test_every_leaf_of_the_error_tree_has_a_code(leaf: type[ConductorError]) -> None:
    assert leaf in BY_ERROR


def test_the_table_names_leaves_alone() -> None:
    assert set(leaves(ConductorError)) == set(BY_ERROR)


def test_a_subclass_takes_the_code_of_its_nearest_ancestor() -> None:
    class Narrow(InvalidInputs):
        pass

    assert exit_code(Narrow("x")) == ExitCode.FAILED


def test_a_running_engine_is_a_temporary_failure() -> None:
    assert exit_code(EngineRunning("/home", 12)) == 75
