"""`conductor secrets export|import|rotate-key`: secrets on their way elsewhere, and their key made new."""

from pathlib import Path
from typing import Annotated

from conductor_tui.cli import options
from conductor_tui.cli.plain import plain
from conductor_tui.cli.secretvalue import passphrase_of
from conductor_tui.cli.session import Session, tell
from conductor_tui.cli.words import Option

PassphraseOption = Annotated[
    str | None,
    Option(
        "-p",
        "--passphrase",
        metavar="TEXT",
        help="The passphrase; without this it is typed unseen or piped in, so that nobody else sees it.",
    ),
]


def export(
    session: Session,
    output_path: Annotated[Path, Option("-o", "--output-path", metavar="FILE", help="The file to write.")],
    passphrase: PassphraseOption = None,
    json: options.JsonOption = False,
) -> None:
    """Write all secrets to a file that is sealed with a passphrase."""
    count = session.conductor.export_secrets(output_path, passphrase_of(passphrase, is_new=True))
    facts = {"path": str(output_path), "secrets": count}
    tell(session, f"{count} secrets exported to {output_path}.", facts, is_json=json)


def import_(
    session: Session,
    input_path: Annotated[Path, Option("-i", "--input-path", metavar="FILE", help="The file that was exported.")],
    passphrase: PassphraseOption = None,
    override_collisions: Annotated[
        bool, Option("--override-collisions", help="Replace secrets that exist; they stay as they are otherwise.")
    ] = False,
    json: options.JsonOption = False,
) -> None:
    """Store the secrets of a file that was exported elsewhere."""
    phrase = passphrase_of(passphrase, is_new=False)
    done = session.conductor.import_secrets(input_path, phrase, replaces=override_collisions)
    if json:
        session.out.json(plain(done))
        return
    session.out.talk(f"{len(done.created)} secrets created, {len(done.replaced)} replaced.")
    if done.kept:
        session.out.talk(f"* Kept as they were: {', '.join(done.kept)} (--override-collisions replaces them)")


def rotate_key(session: Session, json: options.JsonOption = False) -> None:
    """Seal all secrets with a new key.

    The old keys stay in secrets.key, because snapshots may hold secrets that they sealed.
    """
    count, left = session.conductor.renew_secret_key()
    tell(session, f"{count} secrets sealed with a new key.", {"sealed": count, "left": left}, is_json=json)
    if left and not json:
        session.out.talk(f"* Left, because their key is not here: {', '.join(left)}")
