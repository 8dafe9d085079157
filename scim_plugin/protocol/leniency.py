"""Where this server may depart from the letter of the RFCs, and the hook through which a dialect allows it.

The protocol asks; it never decides. :class:`Leniency` is the literal RFC: it permits nothing. A dialect permits a
departure for the integrations whose identity provider needs it, and counts each use.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from scim_plugin.protocol.errors import InvalidValue

if TYPE_CHECKING:
    from scim_plugin.protocol.json_types import Document
    from scim_plugin.protocol.schema import Attribute


class Departure(StrEnum):
    """A named departure from the RFC that some identity provider relies on."""

    STRING_BOOLEAN = "string-boolean"
    QUOTED_BOOLEAN_IN_FILTER = "quoted-boolean-in-filter"
    WRAPPED_SCALAR = "wrapped-scalar"
    BARE_REFERENCE = "bare-reference"
    ARRAY_FOR_OBJECT = "array-for-object"
    JSON_IN_STRING = "json-in-string"
    ROLE_DISPLAY_NAME = "role-display-name"
    EMPTY_UNASSIGNS = "empty-unassigns"
    CREATE_ON_ABSENT = "create-on-absent"
    DOTTED_KEYS = "dotted-keys"
    DOTTED_EXTENSION_PATH = "dotted-extension-path"
    REMOVE_LISTED_VALUES = "remove-listed-values"
    PATH_AFTER_BRACKET = "path-after-bracket"
    SEVERAL_PRIMARY = "several-primary"
    ROOT_EXTENSION_ATTRIBUTE = "root-extension-attribute"
    PUT_KEEPS_MEMBERS = "put-keeps-members"


class Restriction(StrEnum):
    """Something that the RFC allows and a profile of it forbids."""

    PATHLESS_PATCH = "pathless-patch"
    UNKNOWN_ATTRIBUTE = "unknown-attribute"
    FILTER_BEYOND_EQ_AND = "filter-beyond-eq-and"


UNASSIGNED = object()
"""What :meth:`Leniency.repair` returns for a value that means 'no value'."""


class Leniency:
    """The literal RFC: no departure is permitted and no value is repaired."""

    def permits(self, departure: Departure) -> bool:  # noqa: ARG002 - the literal RFC has no use for it
        """Tell whether *departure* is permitted, and count it as used when it is."""
        return False

    def forbids(self, restriction: Restriction) -> bool:  # noqa: ARG002 - as permits
        """Tell whether a profile forbids what the RFC allows."""
        return False

    def repair(self, attribute: Attribute, value: object) -> object:
        """Return what *value*, which has the wrong type for *attribute*, means; UNASSIGNED when it means no value.

        Raises InvalidValue when it means nothing. Called only for values that the schema refuses.
        """
        raise InvalidValue(wrong_type(attribute, value))

    def adapt(self, attribute: Attribute, value: Document) -> Document:  # noqa: ARG002 - as permits
        """Return *value*, one value of the multi-valued complex *attribute*, as the schema would have it."""
        return value


STRICT = Leniency()

_JSON_NAMES: dict[type, str] = {
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    dict: "an object",
    list: "an array",
}
_EXPECTED = {
    "string": "a string",
    "boolean": "true or false",
    "decimal": "a number",
    "integer": "an integer",
    "dateTime": "a dateTime such as '2026-01-31T08:00:00Z'",
    "binary": "a base64-encoded string",
    "reference": "a URI",
    "complex": "an object",
}


def wrong_type(attribute: Attribute, value: object) -> str:
    """Return the sentence that tells an administrator which type *attribute* has and what *value* was."""
    got = "null" if value is None else _JSON_NAMES[type(value)]
    return f"The attribute '{attribute.name}' must be {_EXPECTED[attribute.type]}, but {got} was sent."
