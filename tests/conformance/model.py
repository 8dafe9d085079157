"""What RFC 7644 §3.5 and §3.6 make of users and groups, over plain dictionaries: the law that test_model.py drives.

Written from the text of the RFC, and from nothing of ours. Where the RFC leaves a choice, this is how we read it:

- two values of one attribute with the same ``type`` and ``value`` are one, the later said wins (RFC 7643 §2.4);
- a value of which only ``type`` and ``primary`` are left is no value any more;
- a filter that selects no value is an error for add and replace, and nothing to do for remove;
- a value that is selected by a filter is a complex attribute: what is not given of it stays.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP_URN, USER_URN

# A type, an object (a complex attribute or an extension), or a list (a multi-valued attribute) of what is given.
_LABELLED = {"value": str, "display": str, "type": str, "primary": bool}
SHAPES: dict[str, dict[str, Any]] = {
    "User": {
        "userName": str,
        "externalId": str,
        "title": str,
        "active": bool,
        "name": {"givenName": str, "familyName": str},
        "emails": [_LABELLED],
        "roles": [_LABELLED],
        ENTERPRISE_USER_URN: {"department": str, "costCenter": str, "manager": {"value": str}},
    },
    "Group": {"displayName": str, "externalId": str, "members": [{"value": str, "type": str}]},
}
KEYS = {"User": "userName", "Group": "displayName"}
READ_ONLY = {"id", "meta", "groups"}
_CORE = {"User": USER_URN, "Group": GROUP_URN}
_LABELS = {"type", "primary"}


@dataclass(eq=False)
class Refused(Exception):
    """The request is an error. ``scim_types`` are the keywords of RFC 7644 Table 9 that fit; () stands for any."""

    status: int
    scim_types: tuple[str | None, ...]


@dataclass(frozen=True)
class Selection:
    """A filter: as it is written, and what it means for a resource or a value."""

    text: str
    holds: Callable[[dict[str, Any]], bool]

    def __repr__(self):
        return self.text


@dataclass(frozen=True)
class Path:
    """Where an operation of a PATCH acts; an attribute that is the URN of an extension is all of the extension."""

    attribute: str
    sub: str | None = None
    urn: str | None = None
    test: Selection | None = None

    def __str__(self):
        bracket = f"[{self.test.text}]" if self.test else ""
        return f"{self.urn + ':' if self.urn else ''}{self.attribute}{bracket}{'.' + self.sub if self.sub else ''}"


@dataclass(frozen=True)
class Operation:
    """One operation of a PATCH. ``written`` makes of the path how it is spelt: names are the same in any case."""

    verb: str
    path: Path | None
    value: Any = None
    written: Callable[[str], str] = str

    def sent(self):
        """Return the operation as JSON."""
        path = {} if self.path is None else {"path": self.spelt()}
        return {"op": self.verb, **path, **({} if self.verb == "remove" else {"value": self.value})}

    def spelt(self):
        """Return the path as text, in the case that was chosen, without touching the literals of its filter."""
        before, bracket, after = str(self.path).partition("[")
        return self.written(before) + bracket + after


def folded(text):
    """Return what is the same for two strings that differ in case only."""
    return unicodedata.normalize("NFKC", text).casefold()


# -------------------------------------------------------------------------------------------------------------- values


def taken(shape, value):
    """Return *value* as an attribute of this *shape* keeps it: None where it means no value (RFC 7643 §2.5)."""
    if value is None:
        return None
    if isinstance(shape, list):
        items = value if isinstance(value, list) else [value]
        return _one_primary(distinct([kept for item in items if (kept := taken(shape[0], item))])) or None
    if not isinstance(value, dict if isinstance(shape, dict) else shape):
        raise Refused(400, ("invalidValue",))
    if not isinstance(shape, dict):
        return value
    parts = {name: taken(part, value.get(name)) for name, part in shape.items()}
    return {name: part for name, part in parts.items() if part is not None} or None


def distinct(values):
    """Return *values* where those that are the same one are merged; what is said later wins."""
    found: dict[Any, dict[str, Any]] = {}
    for value in values:
        key = _identity(value)
        found[key] = {**found.get(key, {}), **value}
    return list(found.values())


def _identity(value):
    return (value.get("type"), value["value"]) if "value" in value else tuple(sorted(value.items()))


def _one_primary(values):
    if sum(value.get("primary") is True for value in values) > 1:
        raise Refused(400, ("invalidValue",))
    return values


def _with_primary(old, fresh):
    """Return *old*, where no value is primary any more when one of the *fresh* ones is (RFC 7644 §3.5.2)."""
    if not any(value.get("primary") is True for value in fresh):
        return old
    return [{**value, "primary": False} if value.get("primary") is True else value for value in old]


def _without(value, sub):
    if sub not in value:
        return value
    left = {name: part for name, part in value.items() if name != sub}
    return left if left.keys() - _LABELS or sub in _LABELS else {}


# --------------------------------------------------------------------------------------------------------------- PATCH


def patched(document, operations, resource_type):
    """Return what *operations*, one after the other, make of *document* (RFC 7644 §3.5.2)."""
    result = deepcopy(document)
    for operation in operations:
        if operation.path is not None:
            _apply(result, operation.path, operation.verb, operation.value, SHAPES[resource_type])
            continue
        if operation.verb == "remove":
            raise Refused(400, ("noTarget",))
        if not isinstance(operation.value, dict):
            raise Refused(400, ("invalidValue",))
        for name, value in operation.value.items():
            _apply(result, Path(name), operation.verb, value, SHAPES[resource_type])
    return result


def _apply(document, path, verb, value, shapes):
    if path.attribute in READ_ONLY:
        raise Refused(400, ("mutability",))
    holder = document if path.urn is None else document.setdefault(path.urn, {})
    shapes = shapes if path.urn is None else shapes[path.urn]
    if path.attribute not in shapes:
        raise Refused(400, ("invalidPath",))
    if path.attribute in KEYS.values() and verb == "remove":
        raise Refused(400, ("mutability",))
    new = _changed(holder.get(path.attribute), path, verb, value, shapes[path.attribute])
    if new:
        holder[path.attribute] = new
    elif new in (None, [], {}):
        holder.pop(path.attribute, None)
    else:
        holder[path.attribute] = new  # false and the empty string are values
    if path.urn is not None and not holder:
        del document[path.urn]


def _changed(old, path, verb, value, shape):
    """Return what becomes of the value *old* of one attribute of this *shape*."""
    if path.test is not None:
        return _selected(old or [], path, verb, value, shape[0])
    if path.sub is not None:
        if isinstance(shape, list):
            return [left for item in old or [] if (left := _without(item, path.sub))]
        return _merged(old, {path.sub: None if verb == "remove" else value}, {path.sub: shape[path.sub]})
    if verb == "remove" or value is None:
        return None
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            raise Refused(400, ("invalidValue",))
        return _merged(old, value, shape)
    fresh = taken(shape, value)
    if isinstance(shape, list) and verb == "add":
        return distinct([*_with_primary(old or [], fresh or []), *(fresh or [])])
    return fresh


def _merged(old, given, shape):
    """Return *old* with the sub-attributes that are *given*, at any depth; the others stay."""
    result = dict(old or {})
    for name, value in given.items():
        if name not in shape:
            continue
        part = shape[name]
        nested = isinstance(part, dict) and isinstance(value, dict)
        kept = _merged(result.get(name), value, part) if nested else taken(part, value)
        if kept in (None, {}):
            result.pop(name, None)
        else:
            result[name] = kept
    return result


def _selected(old, path, verb, value, shape):
    """Return the values *old* after an operation on those that the filter selects."""
    chosen = [item for item in old if path.test.holds(item)]
    others = [item for item in old if not path.test.holds(item)]
    if verb == "remove":
        return [*others, *(left for item in chosen if path.sub and (left := _without(item, path.sub)))]
    if not chosen:
        raise Refused(400, ("noTarget",))
    if value is None:
        return [*others, *(left for item in chosen if path.sub and (left := _without(item, path.sub)))]
    given = value if path.sub is None else {path.sub: value}
    if not isinstance(given, dict):
        raise Refused(400, ("invalidValue",))
    fresh = _one_primary_set([_merged(item, given, shape) for item in chosen])
    return distinct([*_with_primary(others, fresh), *fresh])


def _one_primary_set(values):
    return _one_primary(distinct([value for value in values if value]))


# --------------------------------------------------------------------------------------------------------------- world


@dataclass
class World:
    """All resources by id: ``documents`` as asserted, without what the server computes; ``members`` of each group."""

    documents: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: {"User": {}, "Group": {}})

    def checked(self, resource_type, body):
        """Return the document that *body*, of a POST or PUT, asserts."""
        document = taken(SHAPES[resource_type], body) or {}
        return self._complete(resource_type, document)

    def _complete(self, resource_type, document):
        if not document.get(KEYS[resource_type]):
            raise Refused(400, ("invalidValue", "mutability"))
        return document

    def _is_taken(self, resource_type, document, own):
        key = KEYS[resource_type]
        others = [held for other, held in self.documents[resource_type].items() if other != own]
        return any(folded(held[key]) == folded(document[key]) for held in others)

    def admitted(self, resource_type, document, own=None):
        """Return *document* as resource *own* would have it, where the other resources allow it.

        Raises all that stands against it, in any order: an ExceptionGroup of Refused.
        """
        self._complete(resource_type, document)
        ids = list(dict.fromkeys(member.get("value") for member in document.get("members", [])))
        known = self.documents["User"].keys() | self.documents["Group"].keys()
        against = [Refused(409, ("uniqueness",))] if self._is_taken(resource_type, document, own) else []
        if not known.issuperset(ids) or any(own == one or own in self.within(one) for one in ids):
            against.append(Refused(400, ("invalidValue",)))
        if against:
            raise ExceptionGroup("refused", against)
        if ids:
            return {**document, "members": [{"value": one, "type": self.type_of(one)} for one in ids]}
        return {name: value for name, value in document.items() if name != "members"}

    def type_of(self, resource_id):
        """Return the name of the resource type of an id that exists."""
        return next(name for name, held in self.documents.items() if resource_id in held)

    def within(self, resource_id):
        """Return the ids of all that is in a group, at any depth."""
        found, waiting = set(), [resource_id]
        while waiting:
            for member in self.documents["Group"].get(waiting.pop(), {}).get("members", []):
                if member["value"] not in found:
                    found.add(member["value"])
                    waiting.append(member["value"])
        return found

    def remove(self, resource_type, resource_id):
        """Delete a resource; it is in no group any more (RFC 7644 §3.6)."""
        del self.documents[resource_type][resource_id]
        for group in self.documents["Group"].values():
            left = [member for member in group.pop("members", []) if member["value"] != resource_id]
            if left:
                group["members"] = left

    def shown(self, resource_type, resource_id):
        """Return the resource as it is answered, without ``meta``, in the form of :func:`comparable`."""
        document = self.documents[resource_type][resource_id]
        extensions = [name for name in document if name.startswith("urn:")]
        computed: dict[str, Any] = {"id": resource_id, "schemas": [_CORE[resource_type], *extensions]}
        if resource_type == "User":
            holders = self.documents["Group"]
            computed["groups"] = [
                {
                    "value": each,
                    "display": group["displayName"],
                    "type": "direct"
                    if any(m["value"] == resource_id for m in group.get("members", []))
                    else "indirect",
                }
                for each, group in holders.items()
                if resource_id in self.within(each)
            ]
        return comparable({**document, **computed})


def comparable(document):
    """Return *document* without ``meta`` and references, its lists in one order: an array of SCIM has none."""
    result = {name: value for name, value in document.items() if name != "meta" and value != []}
    for name, value in result.items():
        if isinstance(value, list):
            parts = [
                {k: v for k, v in each.items() if k != "$ref"} if isinstance(each, dict) else each for each in value
            ]
            result[name] = sorted(parts, key=lambda part: sorted(part.items()) if isinstance(part, dict) else part)
    return result
