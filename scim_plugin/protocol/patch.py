"""PATCH (RFC 7644 §3.5.2): the message, and what its operations make of a document. All of them, or an error.

Documents are never changed in place: an operation builds the new value of one attribute. A Group's ``members`` are rows
and not part of the document; :mod:`scim_plugin.protocol.membership` takes their operations out before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from scim_plugin.protocol.characteristics import check_immutable
from scim_plugin.protocol.effort import Effort
from scim_plugin.protocol.errors import InvalidPath, InvalidSyntax, InvalidValue, Mutability, NoTarget
from scim_plugin.protocol.intake import complete
from scim_plugin.protocol.json_types import Document, is_array, is_object
from scim_plugin.protocol.leniency import Departure, Leniency, Restriction
from scim_plugin.protocol.location import locate
from scim_plugin.protocol.patch_path import ExtensionPath, PatchPath, parse_path
from scim_plugin.protocol.patch_values import added, removed, replaced, selected
from scim_plugin.protocol.path import AttributePath
from scim_plugin.protocol.schema import Target, UnknownAttribute
from scim_plugin.protocol.text import is_storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scim_plugin.protocol.schema import ResourceType

PATCH_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MAX_OPERATIONS = 1000

Verb: TypeAlias = Literal["add", "remove", "replace"]
VERBS: dict[str, Verb] = {verb: verb for verb in get_args(Verb)}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as sent. ``value`` is None for null and for absence, which ``has_value`` tells apart."""

    verb: Verb
    path: str | None
    value: Any = None
    has_value: bool = False


def parse_patch(body: object) -> tuple[Operation, ...]:
    """Return the operations of *body*, a PatchOp message. Raises InvalidSyntax, InvalidValue, InvalidPath.

    The names of the message and the verbs are taken in any case.
    """
    message = _lowered(body, "The body must be a JSON object: a PatchOp message.")
    urns = message.get("schemas")
    if not is_array(urns) or not any(isinstance(urn, str) and urn.lower() == PATCH_URN.lower() for urn in urns):
        detail = f'The body must be a PatchOp message: "schemas": ["{PATCH_URN}"].'
        raise InvalidSyntax(detail)
    operations = message.get("operations")
    if not is_array(operations) or not operations:
        detail = "'Operations' must be an array of at least one operation."
        raise InvalidSyntax(detail)
    if len(operations) > MAX_OPERATIONS:
        detail = f"'Operations' has more than {MAX_OPERATIONS} operations."
        raise InvalidValue(detail)
    return tuple(_operation(item) for item in operations)


def _lowered(value: object, otherwise: str) -> Document:
    if not is_object(value):
        raise InvalidSyntax(otherwise)
    lowered = {name.lower(): item for name, item in value.items()}
    if len(lowered) != len(value):
        detail = "The same name is given twice, in different cases."
        raise InvalidSyntax(detail)
    return lowered


def _operation(item: object) -> Operation:
    message = _lowered(item, "Each operation must be a JSON object with 'op', 'path' and 'value'.")
    sent = message.get("op")
    verb = VERBS.get(sent.lower()) if isinstance(sent, str) else None
    if verb is None:
        detail = "Each operation needs an 'op': add, remove or replace."
        raise InvalidSyntax(detail)
    path = message.get("path")
    if path is not None and not isinstance(path, str):
        detail = "The 'path' of an operation must be a string."
        raise InvalidPath(detail)
    if isinstance(path, str) and not is_storable(path):
        detail = "The 'path' of an operation contains a character that no path can have."
        raise InvalidPath(detail)
    if verb == "remove" and path is None:
        detail = "A remove operation needs a 'path'."
        raise NoTarget(detail)
    if verb != "remove" and "value" not in message:
        detail = f"The {verb} operation needs a 'value'."
        raise InvalidValue(detail)
    return Operation(verb, path, message.get("value"), "value" in message)


def apply(
    document: Document,
    operations: Iterable[Operation],
    resource_type: ResourceType,
    leniency: Leniency,
    resource_id: str = "",
    *,
    secrets: Document | None = None,
) -> Document:
    """Return what *operations* make of *document*, complete and valid; *document* itself stays as it is.

    *resource_id* is what a client may repeat as ``id`` in an operation without a path, as Okta does. What is never kept
    is put into *secrets*, as :func:`complete` says.
    Raises InvalidPath, InvalidFilter, InvalidValue, NoTarget, Mutability, TooMany.
    """
    patched = dict(document)
    effort = Effort()
    for operation in operations:
        for single in flattened(operation, resource_type, leniency, resource_id):
            _apply(patched, single, resource_type, leniency, effort)
    check_immutable(document, patched, resource_type)
    return complete(patched, resource_type, secrets)


@dataclass(frozen=True, slots=True)
class Step:
    """An operation on one attribute: its path is known."""

    verb: Verb
    path: PatchPath
    value: Any
    has_value: bool


def flattened(
    operation: Operation, resource_type: ResourceType, leniency: Leniency, resource_id: str = ""
) -> Iterator[Step]:
    """Yield *operation* as steps on one attribute each; one without a path has a step per attribute of its value."""
    if operation.path is not None:
        path = _path(operation.path, resource_type, leniency)
        yield from _of_extension(Step(operation.verb, path, operation.value, operation.has_value), leniency)
        return
    if leniency.forbids(Restriction.PATHLESS_PATCH):
        detail = f"The {operation.verb} operation needs a 'path': the profile of this integration demands one."
        raise InvalidPath(detail)
    if not is_object(operation.value):
        detail = f"The 'value' of a {operation.verb} operation without a path must be an object of attributes."
        raise InvalidValue(detail)
    for name, value in operation.value.items():
        if name.lower() == "schemas" or (name.lower() == "id" and value == resource_id):
            continue
        path = _key(name, resource_type, leniency)
        yield from _of_extension(Step(operation.verb, path, value, has_value=True), leniency)


def _of_extension(step: Step, leniency: Leniency) -> Iterator[Step]:
    """Yield *step*, or a step per attribute of the object when it sets a whole extension."""
    if not isinstance(step.path, ExtensionPath) or step.verb == "remove" or step.value is None:
        yield step
        return
    if not is_object(step.value):
        detail = f"The value for the schema extension '{step.path}' must be an object."
        raise InvalidValue(detail)
    for name, value in step.value.items():
        if name.lower() == "schemas":  # typed clients write the object as a resource of its own
            continue
        base, _, sub = name.partition(".")
        if sub and not leniency.permits(Departure.DOTTED_KEYS):
            raise InvalidPath(_path_as_key(name))
        yield Step(step.verb, AttributePath(base, step.path.urn, sub or None), value, has_value=True)


def _path(text: str, resource_type: ResourceType, leniency: Leniency) -> PatchPath:
    for extension in resource_type.extensions:
        prefix = f"{extension.schema.id}."
        if text.lower().startswith(prefix.lower()) and leniency.permits(Departure.DOTTED_EXTENSION_PATH):
            text = f"{extension.schema.id}:{text[len(prefix) :]}"
    return parse_path(text, resource_type)


def _key(name: str, resource_type: ResourceType, leniency: Leniency) -> PatchPath:
    path = _path(name, resource_type, leniency)
    is_plain = isinstance(path, ExtensionPath) or (
        isinstance(path, AttributePath) and path.urn is None and path.sub_attribute is None
    )
    if is_plain or leniency.permits(Departure.DOTTED_KEYS):
        return path
    raise InvalidPath(_path_as_key(name))


def _path_as_key(name: str) -> str:
    return f"'{name}' is a path and cannot be a key of a value: send it as the 'path' of an operation of its own."


def _apply(document: Document, step: Step, resource_type: ResourceType, leniency: Leniency, effort: Effort) -> None:
    path = step.path
    if isinstance(path, ExtensionPath):
        document.pop(path.urn, None)
        return
    try:
        target = locate(path if isinstance(path, AttributePath) else path.attribute, resource_type, leniency)
    except UnknownAttribute as unknown:
        detail = f"The resource type {resource_type.name} has no attribute '{unknown}'."
        raise InvalidPath(detail) from None
    _check_mutability(target, step)
    holder = document if target.extension is None else dict(document.get(target.extension, {}))
    attribute = target.attribute
    old = holder.get(attribute.name)
    if not isinstance(path, AttributePath):
        effort.spend(len(ascii(old)), path.filter)  # ascii() writes out the letters that take long to fold
        new = selected(old, path, target, step.verb, step.value, leniency=leniency)
    elif step.verb == "remove":
        new = removed(old, target, step.value, leniency)
    elif step.value is None:
        new = removed(old, target, None, leniency)
    elif step.verb == "add":
        new = added(old, target, step.value, leniency)
    else:
        new = replaced(old, target, step.value, leniency)
    if attribute.mutability == "immutable" and old is not None and new != old:
        raise Mutability(str(target))
    _store(document, holder, target, new)


def _check_mutability(target: Target, step: Step) -> None:
    if "readOnly" in (target.attribute.mutability, target.leaf.mutability):
        raise Mutability(str(target))
    is_whole = isinstance(step.path, AttributePath) and target.sub_attribute is None
    if step.verb == "remove" and is_whole and target.attribute.required:
        raise Mutability(str(target), f"The attribute '{target}' is required and cannot be removed.")


def _store(document: Document, holder: Document, target: Target, value: Any) -> None:
    if value in (None, [], {}):
        holder.pop(target.attribute.name, None)
    else:
        holder[target.attribute.name] = value
    if target.extension is None:
        return
    if holder:
        document[target.extension] = holder
    else:
        document.pop(target.extension, None)
