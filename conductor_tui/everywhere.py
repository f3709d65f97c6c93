"""The actions that are there on every screen: the views first, then what needs no row."""

from conductor_tui import reasons
from conductor_tui.action import Action, Scope, action

_VIEWS = (
    ("home", "Home", "0"),
    ("deployments", "Deployments", "1"),
    ("executions", "Executions", "2"),
    ("queue", "Queue", "3"),
    ("schedules", "Schedules", "4"),
    ("blueprints", "Blueprints", "5"),
    ("events", "Events", "6"),
    ("system", "System", "8"),
)

VIEWS: tuple[Action, ...] = tuple(
    action(f"view.{name}", title, key, Scope.EVERYWHERE, in_footer=False, help=f"Go to {title}.")
    for name, title, key in _VIEWS
)

_ALL = Scope.EVERYWHERE

EVERYWHERE: tuple[Action, ...] = (
    action(
        "view.stored",
        "Plugins, secrets",
        "7",
        _ALL,
        in_footer=False,
        help="Show the stored plugins and the names of the secrets, on the System view.",
    ),
    action(
        "engine.start",
        "Start engine",
        "E",
        _ALL,
        enabled=reasons.engine_absent,
        in_footer=False,
        command=lambda subject: "conductor engine start",
        changes=True,
        help="Start the background engine.",
    ),
    action(
        "copy",
        "Copy…",
        "y",
        _ALL,
        enabled=reasons.nameable,
        in_footer=False,
        help="Copy the id, the name, the command line or the JSON of what is under the cursor.",
    ),
    action(
        "copy.command",
        "Copy command",
        "Y",
        _ALL,
        enabled=reasons.nameable,
        in_footer=False,
        help="Copy the command line that shows the same thing.",
    ),
    action("command", "Command", "colon", _ALL, in_footer=False, help="Type a command, such as :exec failed web-*."),
    action(
        "undo",
        "Undo",
        "z",
        _ALL,
        in_footer=False,
        changes=True,
        help="Take back what was done last, if that can be taken back.",
    ),
    action("journal", "Command log", "at", _ALL, in_footer=False, help="Show what was done here, as command lines."),
    action("freeze", "Freeze", "full_stop", _ALL, in_footer=False, help="Keep the screen as it is, or let it go on."),
    action("theme", "Theme", "T", _ALL, in_footer=False, help="Choose the colours; they are shown while choosing."),
    action("tour", "Tour", "f2", _ALL, in_footer=False, help="Show the short tour."),
    action("zoom", "Zoom", "plus", _ALL, in_footer=False, help="Give the pane half of the screen, all, or its share."),
    action("zoom.out", "Zoom back", "underscore", _ALL, in_footer=False, help="The same, the other way round."),
    action(
        "history.back",
        "Back in history",
        "left_square_bracket",
        _ALL,
        in_footer=False,
        help="Go where you were.",
    ),
    action(
        "history.forward",
        "On in history",
        "right_square_bracket",
        _ALL,
        in_footer=False,
        help="Go where you were before you went back.",
    ),
    action("history.last", "Last view", "minus", _ALL, in_footer=False, help="Go back and forth between two places."),
    action("mouse", "Mouse on/off", "M", _ALL, in_footer=False, help="Take the mouse, or leave it to the terminal."),
    action("find", "Find", "slash", _ALL, help="Filter the table, or search the log."),
    action("refresh", "Refresh", "ctrl+r", _ALL, in_footer=False, help="Read everything again."),
    action("screenshot", "Screenshot", "f8", _ALL, in_footer=False, help="Save the screen as an SVG file."),
    action("palette", "Palette", "ctrl+p", _ALL, help="Find any action by its name."),
    action("help", "Help", "question_mark f1", _ALL, help="Show the keys that work here."),
    action("back", "Back", "escape", _ALL, in_footer=False, help="Clear the filter, or leave this screen."),
    action("quit", "Leave", "q", _ALL, help="Leave this screen, at the root the cockpit; executions keep running."),
    action("quit.now", "Quit now", "ctrl+q", _ALL, in_footer=False, help="Leave the cockpit; executions keep running."),
)
