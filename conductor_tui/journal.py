"""What was done in this sitting: every deed with its command line, and which one can be taken back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from conductor_tui.deedlines import Call, command_of, is_changing, undoing
from conductor_tui.facade import Facade
from engine.domain.errors import ConductorError
from engine.domain.execution import Execution, Status


class ReadOnly(ConductorError):
    """The cockpit only looks."""

    def __init__(self, command: str) -> None:
        super().__init__(f"the cockpit is read-only and does not run: {command}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that was asked of the engine."""

    at: datetime
    command: str
    refusal: str = ""
    """Why it was refused; empty when it was done."""
    undo: Call | None = None


@dataclass(slots=True)
class Journal:
    """All deeds of a sitting, oldest first. Threads add; adding to a list is atomic."""

    deeds: list[Deed] = field(default_factory=list)
    _taken_back: set[int] = field(default_factory=set)

    def add(self, deed: Deed) -> None:
        self.deeds.append(deed)

    @property
    def reversible(self) -> Deed | None:
        """The newest deed that can be taken back and has not been."""
        open_ones = (one for one in reversed(self.deeds) if one.undo and id(one) not in self._taken_back)
        return next(open_ones, None)

    @property
    def undoes_last(self) -> str:
        """The deed done last, in the words of its command line, if it can be taken back; else empty."""
        last = self.reversible
        is_last = last is not None and last is self.deeds[-1]
        return last.command.removeprefix("conductor ") if last is not None and is_last else ""

    def take_back(self, deed: Deed) -> None:
        self._taken_back.add(id(deed))


def journalled(facade: Facade, journal: Journal, *, clock: Callable[[], datetime], is_read_only: bool) -> Facade:
    """Return the facade, with every deed noted or, in a read-only cockpit, refused."""
    return _Watched(facade, journal, clock, is_read_only)  # each verb is passed on by its name


class _Watched:
    """Stands before the facade; verbs that only look go straight through."""

    def __init__(self, facade: Facade, journal: Journal, clock: Callable[[], datetime], is_read_only: bool) -> None:
        self._facade, self._journal, self._clock, self._is_read_only = facade, journal, clock, is_read_only

    def __getattr__(self, verb: str) -> Any:
        known = getattr(self._facade, verb)
        return partial(self._change, verb, known) if is_changing(verb) else known

    def _change(self, verb: str, known: Callable[..., Any], *arguments: Any, **given: Any) -> Any:
        command = command_of(verb, arguments, given)
        if self._is_read_only:
            raise ReadOnly(command)
        undo = self._undoing(verb, arguments)
        try:
            answer = known(*arguments, **given)
        except ConductorError as error:
            self._journal.add(Deed(at=self._clock(), command=command, refusal=str(error)))
            raise
        undo = undo or _undoing_answer(verb, answer)
        self._journal.add(Deed(at=self._clock(), command=command, undo=undo))
        return answer

    def _undoing(self, verb: str, arguments: tuple[Any, ...]) -> Call | None:
        """Return what takes the call back, from what is so before it."""
        if verb == "change_setting":
            before = self._facade.setting(arguments[0])
            return "change_setting", (before.key, before.value)
        return undoing(verb, arguments)


def _undoing_answer(verb: str, answer: object) -> Call | None:
    """An execution that was taken out of the queue can be put back: it had done nothing."""
    if verb != "cancel_execution" or not isinstance(answer, Execution):
        return None
    has_run = answer.started_at is not None or answer.status is not Status.CANCELLED
    return None if has_run else ("requeue_execution", (answer.id,))
