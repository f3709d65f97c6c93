"""Everything that can be said about a blueprint's text: its plan or its mistakes, and its warnings."""

from dataclasses import dataclass
from pathlib import Path

from engine.domain.blueprint import Plan
from engine.domain.errors import BlueprintInvalid, Problem
from engine.dsl.excerpts import with_context
from engine.dsl.parse import check, open_folder, read_main
from engine.dsl.quiet import without_collection
from engine.dsl.uploads import Shelving
from engine.dsl.warnings import Warnings


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a validation found."""

    plan: Plan | None = None
    """None when there are mistakes."""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def is_valid(self) -> bool:
        return not self.problems


def validate(path: Path, *, root: Path | None = None, shown: str = "", shelving: Shelving | None = None) -> Report:
    """Return what is to be said about a blueprint whose main file is `path`; nothing is raised for its mistakes.

    Args:
        path: the main file.
        root: the blueprint's folder; without it, the folder of the main file.
        shown: what stands before the names of the files in `root`.
        shelving: gives the library that finds imports; without it, the folder alone does.
    """
    folder = open_folder(path, root, shown)
    try:
        with without_collection():
            main = read_main(folder, path)
            plan, document = check(main, shelving(folder) if shelving else folder)
    except BlueprintInvalid as refusal:
        return Report(problems=refusal.problems)
    duplicates = tuple(one for tree in (main, *folder.trees.values()) for one in tree.duplicates)
    found = Warnings(document, plan).look(tuple(dict.fromkeys(duplicates)))
    warnings = [
        Problem(message=sentence, file=place.file, line=place.line, column=place.column, hint=hint, kind=kind)
        for kind, sentence, place, hint in found
    ]
    ordered = sorted(warnings, key=lambda one: (one.file, one.line, one.column))
    texts, importers = document.marks.texts, document.problems.importers
    return Report(plan=plan, warnings=tuple(with_context(one, texts, importers) for one in ordered))
