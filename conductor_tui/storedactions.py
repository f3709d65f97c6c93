"""What can be done about stored plugins and secrets; a secret's value is never shown here."""

from shlex import quote

from conductor_tui import reasons
from conductor_tui.action import Action, Danger, Scope, action
from conductor_tui.subject import Subject


def _show(subject: Subject) -> str:
    """Return what shows the same; `secrets get` would show the value too."""
    if subject.plugin is not None:
        return f"conductor plugins get {quote(subject.plugin.id)}"
    return "conductor secrets list" if subject.secret is not None else ""


def _delete(subject: Subject) -> str:
    if subject.plugin is not None:
        return f"conductor plugins delete {quote(subject.plugin.id)}"
    return f"conductor secrets delete {quote(subject.secret.key)}" if subject.secret is not None else ""


STORED: tuple[Action, ...] = (
    action(
        "stored.get",
        "Show",
        "enter",
        Scope.STORED,
        enabled=reasons.needs_stored,
        command=_show,
        help="Show what is known of the plugin and who uses it, or of the secret, but not its value.",
    ),
    action(
        "stored.delete",
        "Delete…",
        "D",
        Scope.STORED,
        danger=Danger.TYPES,
        enabled=reasons.needs_stored,
        command=_delete,
        changes=True,
        help="Remove the plugin, or forget the secret, unless something needs it.",
    ),
)
