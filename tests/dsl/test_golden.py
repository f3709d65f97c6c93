"""The message for each common mistake, as a newcomer reads it.

The golden file is written anew by `CONDUCTOR_GOLDEN=write`; read every line that changes.
"""

import os
from pathlib import Path

from engine.dsl.report import validate
from tests.dsl.mistakes import FILES, MISTAKES

GOLDEN = Path(__file__).parent / "golden" / "mistakes.txt"


def explained(title: str, text: str, folder: Path) -> str:
    """Return a mistake with everything that is said about it."""
    path = folder / "blueprint.yaml"
    path.write_text(text)
    for name, content in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    report = validate(path, root=folder)
    return f"# {title}\n" + "\n".join(one.explanation for one in report.problems) + "\n"


def test_every_mistake_is_explained_as_the_golden_file_says(tmp_path: Path) -> None:
    text = "\n".join(explained(title, blueprint, tmp_path) for title, blueprint in MISTAKES.items())
    if os.environ.get("CONDUCTOR_GOLDEN") == "write":
        GOLDEN.write_text(text)

    assert GOLDEN.read_text() == text


def test_every_mistake_is_found(tmp_path: Path) -> None:
    assert [] == [title for title, text in MISTAKES.items() if explained(title, text, tmp_path).count("\n") < 2]
