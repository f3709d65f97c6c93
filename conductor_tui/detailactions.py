"""What can be done about one execution beyond cancelling it, and in its detail and its log."""

from collections.abc import Callable
from shlex import quote

from conductor_tui import reasons
from conductor_tui.action import Action, Danger, Scope, action
from conductor_tui.subject import Subject

_EXE, _DETAIL, _LOG = Scope.EXECUTION, Scope.DETAIL, Scope.LOG


def _command(words: str, options: str = "") -> Callable[[Subject], str]:
    def command(subject: Subject) -> str:
        execution = subject.execution
        return f"conductor executions {words} {quote(execution.id)}{options}" if execution else ""

    return command


AGAIN: tuple[Action, ...] = (
    action(
        "execution.resume",
        "Resume…",
        "r",
        _EXE,
        danger=Danger.ASKS,
        enabled=reasons.resumable,
        command=_command("resume"),
        changes=True,
        help="Go on where a failed or cancelled execution stopped.",
    ),
    action(
        "execution.force-resume",
        "Force-resume…",
        "F",
        _EXE,
        danger=Danger.TYPES,
        enabled=reasons.resumable,
        command=_command("resume", " --reset-operations"),
        in_footer=False,
        changes=True,
        help="Resume, and run operations again that were cut off while they ran.",
    ),
    action(
        "execution.rerun",
        "Re-run…",
        "R",
        _EXE,
        danger=Danger.ASKS,
        enabled=reasons.needs_execution,
        command=_command("rerun"),
        changes=True,
        help="Start the same workflow with the same parameters as a new execution.",
    ),
    action(
        "execution.requeue",
        "Requeue…",
        "Q",
        _EXE,
        danger=Danger.ASKS,
        enabled=reasons.resumable,
        command=_command("requeue"),
        in_footer=False,
        changes=True,
        help="Run a failed or cancelled execution from the start, when its turn comes.",
    ),
)

DETAIL: tuple[Action, ...] = (
    action("detail.find", "In the log", "enter", _DETAIL, help="Go to the lines of the log about the operation."),
    action("detail.view", "View", "v", _DETAIL, help="Turn through table, graph, time line, parameters, raw values."),
    action("detail.failed", "Next failed", "n f", _DETAIL, help="Go to the next operation that failed."),
    action(
        "detail.diff",
        "Diff",
        "D",
        _DETAIL,
        enabled=reasons.needs_execution,
        help="Compare with the last good run: parameters, outcome and time of each operation.",
    ),
    action(
        "detail.back",
        "Step back",
        "less_than_sign",
        _DETAIL,
        in_footer=False,
        enabled=reasons.ended,
        help="Replay: show how it was one step earlier.",
    ),
    action(
        "detail.forward",
        "Step on",
        "greater_than_sign",
        _DETAIL,
        in_footer=False,
        enabled=reasons.ended,
        help="Replay: show how it was one step later.",
    ),
    action(
        "detail.pin",
        "Pin",
        "P",
        _DETAIL,
        in_footer=False,
        help="Keep the operation before all others, or let it go back to its place.",
    ),
    action("detail.node", "This node", "i", _DETAIL, in_footer=False, help="Show only the log of the node instance."),
)

QUEUE: tuple[Action, ...] = (
    action(
        "queue.why",
        "Why?",
        "w",
        Scope.QUEUE,
        enabled=reasons.needs_execution,
        command=_command("why"),
        help="Go to the pane that says what it waits for, and what would free it.",
    ),
    action(
        "queue.blocks",
        "Blocks whom?",
        "b",
        Scope.QUEUE,
        enabled=reasons.needs_execution,
        help="Show which executions it holds back, or again what it waits for.",
    ),
)

LOG: tuple[Action, ...] = (
    action("log.follow", "Follow", "s", _LOG, help="Stay at the newest line, or stay where you are."),
    action("log.wrap", "Wrap", "w", _LOG, help="Break long lines, or cut them."),
    action("log.filter", "Only with…", "ampersand", _LOG, in_footer=False, help="Show only the lines with a text."),
    action("log.level", "Level", "L", _LOG, help="Leave out lines below debug, info, warning or error."),
    action("log.time", "Time", "t", _LOG, in_footer=False, help="Hide the time of the lines, or show it."),
    action("log.save", "Save", "ctrl+s", _LOG, in_footer=False, help="Write the whole log to a file."),
    action("log.full", "Full", "f", _LOG, in_footer=False, help="Give the log the whole screen, or give it back."),
    action("log.edit", "Editor", "e f4", _LOG, in_footer=False, help="Open the whole log in $EDITOR."),
    action("log.page", "Pager", "f3", _LOG, in_footer=False, help="Open the whole log in $PAGER."),
    action("log.mark", "Mark", "space", _LOG, in_footer=False, help="Mark the line; y copies the marked ones."),
    action("log.mark-range", "Mark to here", "V", _LOG, in_footer=False, help="Mark from the nearest mark to here."),
    action("log.mark-all", "Mark all", "asterisk", _LOG, in_footer=False, help="Mark all lines that are shown."),
    action("log.unmark", "No marks", "backslash", _LOG, in_footer=False, help="Take all marks away."),
    action("log.next", "Next match", "n", _LOG, in_footer=False, help="Go to the next line that was searched for."),
    action("log.previous", "Match before", "N", _LOG, in_footer=False, help="Go to the match before."),
)
