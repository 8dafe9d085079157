"""A dialect: the departures that an integration's identity provider may make, how they are read and how often."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from scim_plugin.protocol.errors import InvalidValue
from scim_plugin.protocol.json_types import Document, is_array, is_object
from scim_plugin.protocol.leniency import UNASSIGNED, Departure, Leniency, Restriction, wrong_type

if TYPE_CHECKING:
    from scim_plugin.protocol.schema import Attribute

RFC_STRICT = "rfc-strict"
ENTRA_ID = "entra-id"
OKTA = "okta"
INTEROP = "interop"

_ENTRA = frozenset(Departure) - {Departure.PUT_KEEPS_MEMBERS}
_OKTA = frozenset(
    {
        Departure.STRING_BOOLEAN,
        Departure.BARE_REFERENCE,
        Departure.EMPTY_UNASSIGNS,
        Departure.REMOVE_LISTED_VALUES,
        Departure.PATH_AFTER_BRACKET,
        Departure.SEVERAL_PRIMARY,
        Departure.PUT_KEEPS_MEMBERS,
    }
)
PERMITTED: dict[str, frozenset[Departure]] = {
    ENTRA_ID: _ENTRA,
    OKTA: _OKTA,
    RFC_STRICT: frozenset(),
    INTEROP: frozenset(),
}
"""By type of integration: what its identity provider may do differently."""

FORBIDDEN: dict[str, frozenset[Restriction]] = {INTEROP: frozenset(Restriction)}
"""By type of integration: what the RFC allows and the profile of that type does not.

``interop`` is draft-zollner-scim-interop-profile-01: filters of ``eq`` and ``and``, no PATCH without a path, no
attribute that no schema declares.
"""


class Dialect(Leniency):
    """The leniency of one request: it permits what the type of the integration allows, and counts what was used."""

    __slots__ = ("forbidden", "permitted", "used")

    def __init__(self, integration_type: str) -> None:
        """Begin a request of an integration of this type, one of PERMITTED."""
        self.permitted = PERMITTED[integration_type]
        self.forbidden = FORBIDDEN.get(integration_type, frozenset[Restriction]())
        self.used: Counter[str] = Counter()

    def permits(self, departure: Departure) -> bool:
        """Tell whether *departure* is permitted; if so, count it."""
        if departure not in self.permitted:
            return False
        self.used[departure.value] += 1
        return True

    def forbids(self, restriction: Restriction) -> bool:
        """Tell whether the profile of this type forbids what the RFC allows."""
        return restriction in self.forbidden

    def repair(self, attribute: Attribute, value: object) -> Any:
        """Return what *value* means for *attribute*, by the permitted departures. Raises InvalidValue."""
        if attribute.type == "boolean" and isinstance(value, str):
            return self._boolean(attribute, value)
        if value == "" and not attribute.required and self.permits(Departure.EMPTY_UNASSIGNS):
            return UNASSIGNED
        if attribute.type == "complex":
            return self._complex(attribute, value)
        wrapped = _wrapped(value)
        if wrapped is not None and not attribute.multi_valued and self.permits(Departure.WRAPPED_SCALAR):
            inner = wrapped["value"]
            if attribute.type == "boolean" and isinstance(inner, str):
                return self._boolean(attribute, inner)
            return UNASSIGNED if inner is None else inner
        raise InvalidValue(wrong_type(attribute, value))

    def adapt(self, attribute: Attribute, value: Document) -> Document:
        """Return *value* of ``roles`` as the schema would have it.

        Entra's ``SingleAppRoleAssignment`` and ``AppRoleAssignmentsComplex`` call the name of a role ``displayName``
        and send, in a PATCH, the whole role as JSON inside the string ``value``.
        """
        if attribute.name != "roles":
            return value
        inner = _unpacked(value.get("value"))
        if inner is not None and self.permits(Departure.JSON_IN_STRING):
            display = _display_of(inner)
            value = {**value, **({"display": display} if display else {}), "value": inner["value"]}
        if any(name.lower() == "displayname" for name in value) and self.permits(Departure.ROLE_DISPLAY_NAME):
            display = _display_of(value)
            value = {name: item for name, item in value.items() if name.lower() not in ("displayname", "display")}
            return {**value, "display": display} if display else value
        return value

    def _boolean(self, attribute: Attribute, value: str) -> object:
        folded = value.lower()
        if folded in ("true", "false") and self.permits(Departure.STRING_BOOLEAN):
            return folded == "true"
        if not value and self.permits(Departure.EMPTY_UNASSIGNS):
            return UNASSIGNED
        raise InvalidValue(wrong_type(attribute, value))

    def _complex(self, attribute: Attribute, value: object) -> object:
        if is_array(value) and not attribute.multi_valued and len(value) <= 1:
            if self.permits(Departure.ARRAY_FOR_OBJECT):
                return value[0] if value else UNASSIGNED
        elif isinstance(value, str) and attribute.sub_attribute("$ref") and self.permits(Departure.BARE_REFERENCE):
            return {"value": value}
        raise InvalidValue(wrong_type(attribute, value))


def _wrapped(value: object) -> Document | None:
    """Return the object inside *value* when it is ``[{"value": …}]``, with or without a ``$ref``, and nothing else."""
    if is_array(value) and len(value) == 1 and is_object(value[0]) and {*value[0], "$ref"} == {"value", "$ref"}:
        return value[0]
    return None


def _unpacked(text: object) -> Document | None:
    """Return the role inside *text*, a JSON document: ``{"id": …, "value": "Admin", "displayName": "Admin"}``."""
    if not isinstance(text, str) or not text.startswith("{"):
        return None
    try:
        inner: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return inner if is_object(inner) and isinstance(inner.get("value"), str) else None


def _display_of(role: Document) -> str | None:
    shown = next((item for name, item in role.items() if name.lower() in ("displayname", "display")), None)
    return shown if isinstance(shown, str) else None
