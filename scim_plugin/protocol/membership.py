"""Changes of a Group's members, folded: however many operations ask for it, what joins and what leaves.

Members are rows, and the present ones are never loaded for a change, whatever the size of the group. Only a remove
whose filter looks at something else than ``value`` has to read them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scim_plugin.protocol.comparison import AnyOf, BoundFilter, Compare, bind_value_filter, value_evaluator
from scim_plugin.protocol.effort import Effort
from scim_plugin.protocol.errors import InvalidPath, InvalidValue, Mutability
from scim_plugin.protocol.intake import MEMBERS, attribute_check
from scim_plugin.protocol.json_types import Document, is_object
from scim_plugin.protocol.leniency import UNASSIGNED, Departure, Leniency
from scim_plugin.protocol.patch import Operation, Step, flattened
from scim_plugin.protocol.patch_path import ExtensionPath, PatchPath
from scim_plugin.protocol.path import AttributePath, ValuePath
from scim_plugin.protocol.schema import Target, UnknownAttribute

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from scim_plugin.protocol.representation import MemberReference
    from scim_plugin.protocol.schema import Attribute, ResourceType

_MEMBER_LENGTH = 40
"""Characters of a member's id and type, more or less."""


@dataclass(slots=True)
class MembershipChange:
    """What joins and what leaves, by resource id, in order. ``leaving`` None: everybody who is not joining leaves."""

    joining: dict[str, None] = field(default_factory=dict[str, None])
    leaving: dict[str, None] | None = field(default_factory=dict[str, None])

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is asked for."""
        return not self.joining and self.leaving is not None and not self.leaving

    def join(self, ids: Iterable[str]) -> None:
        """Let *ids* join, after what was asked before."""
        for member in ids:
            self.joining[member] = None
            if self.leaving is not None:
                self.leaving.pop(member, None)

    def leave(self, ids: Iterable[str]) -> None:
        """Let *ids* leave, after what was asked before."""
        for member in ids:
            self.joining.pop(member, None)
            if self.leaving is not None:
                self.leaving[member] = None

    def become(self, ids: Iterable[str]) -> None:
        """Let *ids* be all the members, whatever was asked before."""
        self.joining = dict.fromkeys(ids)
        self.leaving = None


def taken_from(document: Document, resource_type: ResourceType) -> list[str]:
    """Take the members out of *document*, of a POST or PUT, and return their ids. Raises InvalidValue."""
    attribute = resource_type.attribute(MEMBERS)
    return [] if attribute is None else ids_of(attribute, document.pop(MEMBERS, []))


def ids_of(attribute: Attribute, values: list[Document]) -> list[str]:
    """Return the ids that checked *values* of *attribute* name. Raises InvalidValue where one has none."""
    ids: list[str] = [value.get("value", "") for value in values]
    if not all(ids):
        detail = f"Each of the '{attribute.name}' needs a 'value': the id of a User or Group."
        raise InvalidValue(detail)
    return ids


def split(
    operations: Iterable[Operation], resource_type: ResourceType, leniency: Leniency, resource_id: str
) -> tuple[list[Operation], list[Step]]:
    """Return *operations* without what concerns the members, and the steps that do.

    The two do not touch the same attribute, so that their order between each other does not matter.
    """
    others: list[Operation] = []
    steps: list[Step] = []
    for operation in operations:
        if operation.path is None:
            others.append(_without_members(operation, resource_type, leniency, resource_id, steps))
        elif step := _step_on_members(operation.path, operation, resource_type, leniency, resource_id):
            steps.append(step)
        else:
            others.append(operation)
    return others, steps


def _step_on_members(
    name: str, operation: Operation, resource_type: ResourceType, leniency: Leniency, resource_id: str
) -> Step | None:
    """Return *operation*, on the one attribute called *name*, as a step when it concerns the members."""
    if MEMBERS not in name.lower():
        return None
    found = [*flattened(operation, resource_type, leniency, resource_id)]
    return found[0] if len(found) == 1 and _is_members(found[0], resource_type) else None


def _is_members(step: Step, resource_type: ResourceType) -> bool:
    if isinstance(step.path, ExtensionPath):
        return False
    path = step.path if isinstance(step.path, AttributePath) else step.path.attribute
    try:
        target = resource_type.locate(path)
    except UnknownAttribute:
        return False
    return target.extension is None and target.attribute.name == MEMBERS


def _without_members(
    operation: Operation, resource_type: ResourceType, leniency: Leniency, resource_id: str, steps: list[Step]
) -> Operation:
    if not is_object(operation.value):
        return operation
    rest: Document = {}
    for name, item in operation.value.items():
        alone = Operation(operation.verb, None, {name: item}, has_value=True)
        if step := _step_on_members(name, alone, resource_type, leniency, resource_id):
            steps.append(step)
        else:
            rest[name] = item
    return Operation(operation.verb, None, rest, has_value=True)


def fold(
    steps: Iterable[Step],
    resource_type: ResourceType,
    leniency: Leniency,
    present: Callable[[], Iterable[MemberReference]],
    known: Callable[[Collection[str]], Iterable[MemberReference]] = lambda _: (),
) -> MembershipChange:
    """Return what *steps*, in order, change. *present* gives the members as they are, where a filter needs them.

    So does *known*, for ids that are to join, those of them that exist.
    Raises InvalidValue, InvalidPath, InvalidFilter, Mutability, TooMany.
    """
    change = MembershipChange()
    effort = Effort()
    for step in steps:
        path = step.path
        if isinstance(path, ValuePath):
            target = resource_type.locate(path.attribute)
            _fold_selection(change, step.verb, path, target, leniency, present=present, known=known, effort=effort)
        elif isinstance(path, AttributePath) and path.sub_attribute is None:
            _fold_values(change, step, resource_type.locate(path).attribute, leniency)
        else:
            raise _unchangeable(path)
    return change


def _unchangeable(path: PatchPath) -> Mutability:
    return Mutability(str(path), f"'{path}' cannot be changed: remove the member and add another one.")


def _fold_values(change: MembershipChange, step: Step, attribute: Attribute, leniency: Leniency) -> None:
    if step.verb == "remove":
        if step.value is None:
            change.become(())
            return
        if not leniency.permits(Departure.REMOVE_LISTED_VALUES):
            detail = f'A remove operation takes no value: select with a path such as {MEMBERS}[value eq "…"].'
            raise InvalidValue(detail)
        change.leave(_listed(attribute, step.value, leniency))
    elif step.verb == "replace":
        change.become(_listed(attribute, step.value, leniency))
    else:
        change.join(_listed(attribute, step.value, leniency))


def _listed(attribute: Attribute, value: Any, leniency: Leniency) -> list[str]:
    checked = attribute_check(attribute)(value, leniency)
    return [] if checked is UNASSIGNED else ids_of(attribute, checked)


def _fold_selection(
    change: MembershipChange,
    verb: str,
    path: ValuePath,
    target: Target,
    leniency: Leniency,
    *,
    present: Callable[[], Iterable[MemberReference]],
    known: Callable[[Collection[str]], Iterable[MemberReference]],
    effort: Effort,
) -> None:
    if path.sub_attribute is not None or target.sub_attribute is not None:
        raise _unchangeable(path)
    if verb != "remove":
        detail = f"Members are added and replaced through the path '{MEMBERS}', without a filter."
        raise InvalidPath(detail)
    condition = bind_value_filter(path.filter, target, leniency)
    named = _named_ids(condition)
    if named is not None:
        change.leave(named)
        return
    test = value_evaluator(condition)
    before = () if change.leaving is None else tuple(present())
    effort.spend((len(before) + len(change.joining)) * _MEMBER_LENGTH, path.filter)
    change.leave([member.id for member in before if test({"value": member.id, "type": member.type})])
    types = {member.id: member.type for member in known(change.joining)}
    change.leave([one for one in change.joining if test({"value": one, "type": types.get(one)})])


def _named_ids(condition: BoundFilter) -> list[str] | None:
    """Return the ids when *condition* is ``value eq "…"``, or several of them joined by ``or``; else None."""
    parts = condition.operands if isinstance(condition, AnyOf) else (condition,)
    ids: list[str] = []
    for part in parts:
        if not isinstance(part, Compare) or part.operator != "eq" or part.target.leaf.name != "value":
            return None
        ids.append(str(part.value))
    return ids
