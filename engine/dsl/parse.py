"""From a blueprint's files to its plan, in five steps: load, import and merge, check, derive, evaluate."""

from dataclasses import replace
from pathlib import Path

from engine.domain.blueprint import Plan
from engine.domain.errors import BlueprintInvalid, Problem
from engine.dsl import functions as functions  # the language is not whole before they are registered
from engine.dsl.check import Checker
from engine.dsl.datatypes import data_types
from engine.dsl.document import Document
from engine.dsl.groups import groups, scaling_groups
from engine.dsl.implementations import Resolver
from engine.dsl.imports import assemble
from engine.dsl.interfaces import Interfaces
from engine.dsl.library import Folder, Library
from engine.dsl.nodes import Nodes
from engine.dsl.problems import Kind
from engine.dsl.quiet import without_collection
from engine.dsl.references import References
from engine.dsl.relationships import Relationships
from engine.dsl.schema import SECTIONS
from engine.dsl.sections import check_nodes, inputs, labels, outputs, plugins, workflows
from engine.dsl.settings import settings
from engine.dsl.source import Tree
from engine.dsl.typesystem import node_types, relationship_types


def parse(path: Path, *, root: Path | None = None) -> Plan:
    """Return the plan of a blueprint whose main file is `path`.

    Args:
        path: the main file.
        root: the blueprint's folder, beyond which nothing is read; places in messages are relative to it. Without it,
            the folder of the main file, and places begin as `path` was typed.

    Raises:
        BlueprintInvalid: with every mistake that was found.
    """
    return parse_in(open_folder(path, root), path)


def open_folder(path: Path, root: Path | None, shown: str = "") -> Folder:
    """Return the library of a blueprint's folder; `shown` stands before the names of its files in messages."""
    if root is None:
        before = "" if str(path.parent) == "." else f"{path.parent.as_posix().rstrip('/')}/"
        return Folder(root=path.parent, shown=before)
    return Folder(root=root, shown=shown)


def parse_in(folder: Folder, path: Path, library: Library | None = None) -> Plan:
    """Return the plan of a main file in a folder; `library` finds what it imports, if not in that folder alone.

    Raises:
        BlueprintInvalid: with every mistake that was found.
    """
    with without_collection():
        return parse_tree(read_main(folder, path), library or folder)


def read_main(folder: Folder, path: Path) -> Tree:
    """Return a main file.

    Raises:
        BlueprintInvalid: it cannot be read or is not YAML.
    """
    try:
        return folder.main(path)
    except (OSError, ValueError) as error:
        raise BlueprintInvalid([_unreadable(path, error)]) from error


def _unreadable(path: Path, error: OSError | ValueError) -> Problem:
    reason = error.strerror if isinstance(error, OSError) else "it lies outside of the blueprint's folder"
    if isinstance(error, IsADirectoryError):
        reason = "it is a folder; name its main file"
    return Problem(
        message=f"the blueprint cannot be read: {reason}",
        file=path.as_posix(),
        line=0,
        column=0,
        kind=Kind.IMPORT_FAILED,
    )


def parse_tree(main: Tree, library: Library, *, checks_versions: bool = True) -> Plan:
    """Return the plan of a main file that was read already.

    Raises:
        BlueprintInvalid: with every mistake that was found.
    """
    return check(main, library, checks_versions=checks_versions)[0]


def check(main: Tree, library: Library, *, checks_versions: bool = True) -> tuple[Plan, Document]:
    """Return the plan and the document that it was made of.

    Raises:
        BlueprintInvalid: with every mistake that was found.
    """
    document = assemble(main, library, checks_versions=checks_versions)
    checker = Checker(document.problems, document.version if checks_versions else None)
    document.broken = checker.sections(document.sections, SECTIONS)
    plan = derive(document)
    references = References(document, plan)
    references.check()
    document.problems.refuse()
    secrets, parents = sorted(references.secrets), sorted(references.parent_capabilities)
    return replace(plan, required_secrets=tuple(secrets), parent_capabilities=tuple(parents)), document


def derive(document: Document) -> Plan:
    """Return the plan as far as the document allows; what is wrong is noted in it."""
    types = data_types(document)
    resolver = Resolver(document)
    interfaces = Interfaces(document, types, resolver)
    types_of_nodes = node_types(document, types, interfaces)
    relationships = Relationships(document, types, relationship_types(document, types, interfaces), interfaces)
    nodes = Nodes(document, types, types_of_nodes, relationships, interfaces).all()
    check_nodes(document, nodes)
    members = groups(document, nodes)
    return Plan(
        version=document.version_name,
        description=document.text("description"),
        inputs=inputs(document, types),
        nodes=nodes,
        workflows=workflows(document, types, resolver),
        plugins=plugins(document, types),
        outputs=outputs(document, "outputs"),
        capabilities=outputs(document, "capabilities"),
        data_types=types,
        groups=members,
        scaling_groups=scaling_groups(document, members, nodes),
        labels=labels(document, "labels"),
        blueprint_labels=labels(document, "blueprint_labels"),
        resource_tags=document.section("resource_tags"),
        metadata=document.section("metadata"),
        deployment_settings=settings(document),
        source_files=document.files,
        imported_blueprints=document.imported_blueprints,
        imported_plugins=document.imported_plugins,
        namespaces=dict(document.namespaces),
    )
