"""Groups of nodes, and the policies that scale them together."""

from collections.abc import Iterable, Mapping

from engine.domain.blueprint import Node, ScalingGroup
from engine.domain.json import JsonObject
from engine.dsl.containment import container
from engine.dsl.document import Document
from engine.dsl.graphs import circle
from engine.dsl.problems import Kind
from engine.dsl.properties import declared, fill
from engine.dsl.scalable import of_properties
from engine.dsl.words import did_you_mean, listed

SCALING = "cloudify.policies.scaling"


def groups(document: Document, nodes: Mapping[str, Node]) -> dict[str, tuple[str, ...]]:
    """Return the members of every group, checked to exist."""
    bodies = document.usable("groups")
    templates = document.section("node_templates")
    for name, body in bodies.items():
        if name in templates:
            message = f"`{name}` is both a group and a node template"
            document.problems.at_key(Kind.BAD_GROUP, message, document.section("groups"), name, "rename one of them")
        _check_members(document, name, body["members"], templates)
        _check_policies(document, name, body.get("policies") or {})
    return {name: tuple(dict.fromkeys(body["members"])) for name, body in bodies.items()}


def _check_members(document: Document, name: str, members: list[str], templates: JsonObject) -> None:
    known = [*templates, *document.section("groups")]
    for index, member in enumerate(members):
        if member not in templates and member not in document.section("groups"):
            message = f"the group `{name}` has the member `{member}`, which is neither a node template nor a group"
            hint = did_you_mean(member, known) or "add it under `node_templates`, or take it out of the group"
            document.problems.at_value(Kind.BAD_GROUP, message, members, index, hint)


def _check_policies(document: Document, name: str, policies: JsonObject) -> None:
    """Policies that watch a group do nothing here, but must be written well."""
    for policy, body in policies.items():
        owner = f"the policy `{policy}` of the group `{name}`"
        _check_typed(document, owner, policies, policy, ("policy_types", "properties"))
        for trigger in body.get("triggers") or {}:
            owner = f"the trigger `{trigger}` of the group `{name}`"
            _check_typed(document, owner, body["triggers"], trigger, ("policy_triggers", "parameters"))


def _check_typed(document: Document, owner: str, holder: JsonObject, key: str, names: tuple[str, str]) -> None:
    section, values = names
    body, known = holder[key], document.section(section)
    if body["type"] not in known:
        message = f"{owner} is of the type `{body['type']}`, which does not exist"
        document.problems.at_value(Kind.UNKNOWN_TYPE, message, body, "type", did_you_mean(body["type"], known))
    elif type_ := document.usable(section).get(body["type"]):
        schema = declared(type_.get(values))
        fill(document, schema, body.get(values) or {}, {}, owner=owner, holder=holder, key=key)


def scaling_groups(
    document: Document, members: Mapping[str, tuple[str, ...]], nodes: Mapping[str, Node]
) -> dict[str, ScalingGroup]:
    """Return the groups that a policy scales, with members that stand in another member left out."""
    counts = {}
    for name, body in document.usable("policies").items():
        if _is_scaling(document, name, body):
            found = of_properties(document, body.get("properties") or {})
            counts.update(dict.fromkeys(_targets(document, name, body, members), found))
    others = {name: inner for name, inner in members.items() if name not in counts}
    # a group that is not scaled itself stands for its members
    scaled = {name: tuple(_leaves(members[name], others)) for name in counts}
    if not _may_scale(document, scaled, nodes):
        return {}
    return {
        name: ScalingGroup(
            members=_outermost(scaled[name], scaled, nodes),
            instances=found.instances,
            scalable=found.expressions,
        )
        for name, found in counts.items()
    }


def _is_scaling(document: Document, name: str, body: JsonObject) -> bool:
    if body["type"] == SCALING:
        return True
    message = f"the policy `{name}` is of the type `{body['type']}`, which does not exist"
    document.problems.at_value(Kind.BAD_POLICY, message, body, "type", f"write `{SCALING}`")
    return False


def _targets(document: Document, name: str, body: JsonObject, members: Mapping[str, tuple[str, ...]]) -> list[str]:
    targets: list[str] = body["targets"]
    if not targets:
        message = f"the policy `{name}` names no group to scale"
        document.problems.at_value(Kind.BAD_POLICY, message, body, "targets", "name at least one group")
    for index, target in enumerate(targets):
        if target not in document.section("groups"):
            message = f"the policy `{name}` scales `{target}`, which is no group"
            hint = did_you_mean(target, document.section("groups"))
            document.problems.at_value(Kind.BAD_POLICY, message, targets, index, hint)
    return [one for one in targets if one in members]


def _may_scale(document: Document, scaled: Mapping[str, tuple[str, ...]], nodes: Mapping[str, Node]) -> bool:
    sentence = _circle(scaled) or _several(scaled) or _apart(scaled, nodes)
    if sentence:
        document.problems.at_key(Kind.BAD_GROUP, sentence, document.sections, "policies")
    return not sentence


def _circle(scaled: Mapping[str, tuple[str, ...]]) -> str:
    names = circle({name: [one for one in members if one in scaled] for name, members in scaled.items()})
    return f"the groups {listed(names)} are members of each other in a circle" if names else ""


def _several(scaled: Mapping[str, tuple[str, ...]]) -> str:
    owner: dict[str, str] = {}
    for name, members in scaled.items():
        for member in members:
            if member in owner:
                groups = listed([owner[member], name])
                return f"`{member}` belongs to the scaled groups {groups}; take it out of one of them"
            owner[member] = name
    return ""


def _apart(scaled: Mapping[str, tuple[str, ...]], nodes: Mapping[str, Node]) -> str:
    """Members of a group must all stand in the same container, or none of them outside of the group."""
    for name, members in scaled.items():
        leaves = _leaves(members, scaled)
        roots = {one: (_containers(one, nodes) or [one])[-1] for one in leaves}
        outside = [one for one, root in roots.items() if root not in roots]
        other = next((one for one in leaves if outside and roots[one] != roots[outside[0]]), None)
        if other is not None:
            return (
                f"`{outside[0]}` and `{other}` are scaled together in the group `{name}`, "
                f"but they do not stand in the same container"
            )
    return ""


def _leaves(members: Iterable[str], scaled: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the nodes in a group and in its groups, however deep."""
    found: dict[str, None] = {}
    waiting, seen = list(reversed(list(members))), set[str]()
    while waiting:
        member = waiting.pop()
        if member in scaled and member not in seen:
            seen.add(member)
            waiting.extend(reversed(scaled[member]))
        elif member not in scaled:
            found[member] = None
    return list(found)


def _containers(name: str, nodes: Mapping[str, Node]) -> list[str]:
    found: list[str] = []
    current = container(nodes[name]) if name in nodes else None
    while current is not None and current not in found:
        found.append(current)
        current = container(nodes[current]) if current in nodes else None
    return found


def _outermost(
    members: tuple[str, ...], scaled: Mapping[str, tuple[str, ...]], nodes: Mapping[str, Node]
) -> tuple[str, ...]:
    inside = set(members)
    return tuple(
        one
        for one in members
        if not any(inside.intersection(_containers(leaf, nodes)) for leaf in _leaves((one,), scaled))
    )
