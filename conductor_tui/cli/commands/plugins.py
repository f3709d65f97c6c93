"""`conductor plugins`: the code and the types that blueprints import with `plugin:`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from conductor_tui.cli import listings, options
from conductor_tui.cli.listings import Listing
from conductor_tui.cli.plain import plain
from conductor_tui.cli.session import Session, confirm, tell
from conductor_tui.cli.table import Column
from conductor_tui.cli.times import NONE, stamp
from conductor_tui.cli.words import Argument, Offers, Option

if TYPE_CHECKING:
    from engine.domain.plugin import StoredPlugin
    from engine.services.plugins import Upload

PluginArgument = Annotated[
    str, Argument(metavar="PLUGIN_ID", help="The id of an uploaded plugin.", offers=Offers.PLUGINS)
]

PLUGINS: "Listing[StoredPlugin]" = Listing(
    (
        Column("id"),
        Column("package_name"),
        Column("package_version"),
        Column("distribution"),
        Column("uploaded_at"),
        Column("archive_name", is_elastic=True),
    ),
    lambda one: (
        one.id,
        one.package_name,
        one.package_version,
        one.distribution or NONE,
        stamp(one.uploaded_at),
        one.archive_name,
    ),
    "No plugins. Upload one with: conductor plugins upload PATH",
)


def upload(
    session: Session,
    plugin_path: Annotated[
        Path,
        Argument(
            metavar="PLUGIN_PATH",
            must_exist=True,
            help="A wagon (.wgn), a wheel, an archive of one with its plugin.yaml, or a folder of code.",
        ),
    ],
    yaml: Annotated[
        list[str] | None,
        Option(
            "-y",
            "--yaml-path",
            metavar="FILE",
            help="The plugin.yaml; several for several versions of the language, such as plugin_1_4.yaml.",
        ),
    ] = None,
    json: options.JsonOption = False,
) -> None:
    """Check a plugin and store it.

    Nothing of it is run and nothing is fetched. Prints the plugin's id.
    """
    done = session.conductor.upload_plugin(plugin_path, [Path(one) for one in yaml or ()])
    if json:
        session.out.json({**plain(done.plugin), "is_new": done.is_new, "lacking": done.lacking})
        return
    session.out.line(done.plugin.id)
    for line in _talk(done):
        session.out.talk(line)


def _talk(done: "Upload") -> list[str]:
    name, version = done.plugin.package_name, done.plugin.package_version
    lines = [f"Plugin `{done.plugin.id}` {'uploaded' if done.is_new else 'was uploaded already'}."]
    if done.left_out:
        lines.append(f"* Left out, because Conductor stands in for it: {', '.join(done.left_out)}")
    if done.lacking:
        lines.append(f"* It needs what neither it nor Conductor has: {', '.join(done.lacking)}")
    return [*lines, f"* A blueprint imports it with 'plugin:{name}' or 'plugin:{name}?version={version}'"]


def list_(session: Session, json: options.JsonOption = False) -> None:
    """List the uploaded plugins."""
    found = session.conductor.plugins()
    if json:
        session.out.json(found)
    else:
        listings.show(session.out, PLUGINS, found)


def get(session: Session, plugin_id: PluginArgument, json: options.JsonOption = False) -> None:
    """Show one plugin, and who uses it."""
    plugin, users = session.conductor.plugin(plugin_id), session.conductor.plugin_users(plugin_id)
    if json:
        session.out.json({**plain(plugin), "used_by": users})
        return
    session.out.lines(
        [
            *listings.fields_lines(
                [
                    ("id", plugin.id),
                    ("package_name", plugin.package_name),
                    ("package_version", plugin.package_version),
                    ("distribution", plugin.distribution),
                    ("archive_name", plugin.archive_name),
                    ("files", ", ".join(plugin.files)),
                    ("packages", "\n".join(plugin.packages)),
                    ("used_by", "\n".join(users)),
                    ("uploaded_at", stamp(plugin.uploaded_at)),
                ]
            ),
            *listings.section("labels", plugin.labels),
        ]
    )


def delete(
    session: Session,
    plugin_id: PluginArgument,
    force: Annotated[bool, Option("-f", "--force", help="Delete it although blueprints use it.")] = False,
    yes: options.YesOption = False,
    json: options.JsonOption = False,
) -> None:
    """Delete a plugin that no blueprint uses."""
    session.conductor.plugin(plugin_id)
    confirm(session, f"Delete plugin {plugin_id}?", is_agreed=yes)
    session.conductor.delete_plugin(plugin_id, force=force)
    tell(session, f"Plugin `{plugin_id}` deleted.", {"id": plugin_id, "deleted": True}, is_json=json)
