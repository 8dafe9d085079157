"""The catalogue of tolerated departures: what each one means, and who was seen to need it."""

from __future__ import annotations

from dataclasses import dataclass

from scim_plugin.protocol.leniency import Departure


@dataclass(frozen=True, slots=True)
class Tolerance:
    """One departure that some dialect accepts: its meaning in one sentence, and its public source."""

    departure: Departure
    meaning: str
    source: str


_ENTRA_COMPATIBILITY = "Microsoft Learn: known issues with the SCIM 2.0 protocol compliance of the provisioning service"
_ENTRA_TUTORIAL = "Microsoft Learn: develop and plan provisioning for a SCIM endpoint"
_ENTRA_MAPPINGS = "Microsoft Learn: customize user provisioning attribute-mappings"

TOLERANCES: dict[Departure, Tolerance] = {
    entry.departure: entry
    for entry in (
        Tolerance(Departure.STRING_BOOLEAN, 'The strings "True" and "False" stand for booleans.', _ENTRA_COMPATIBILITY),
        Tolerance(
            Departure.QUOTED_BOOLEAN_IN_FILTER,
            'A filter may compare a boolean with a string: roles[primary eq "True"].',
            _ENTRA_MAPPINGS,
        ),
        Tolerance(
            Departure.WRAPPED_SCALAR,
            'A single value may come as [{"value": x}].',
            "simpleidserver/SimpleIdServer#823",
        ),
        Tolerance(
            Departure.BARE_REFERENCE,
            "A reference to a resource (manager, a member) may come as its bare id.",
            "apache/directory-scimple#1242",
        ),
        Tolerance(
            Departure.ARRAY_FOR_OBJECT,
            "A single complex value may come in an array of one.",
            _ENTRA_TUTORIAL,
        ),
        Tolerance(
            Departure.JSON_IN_STRING,
            "The value of a role may be a JSON document inside a string.",
            _ENTRA_MAPPINGS,
        ),
        Tolerance(
            Departure.ROLE_DISPLAY_NAME,
            "A role may call its display name displayName.",
            _ENTRA_MAPPINGS,
        ),
        Tolerance(
            Departure.EMPTY_UNASSIGNS,
            "The empty string unassigns an optional attribute.",
            "AzureAD/SCIMReferenceCode: Logic App validation tests, null update and manager update",
        ),
        Tolerance(
            Departure.CREATE_ON_ABSENT,
            "A value path that matches nothing creates the value that its filter describes.",
            "sourcegraph/sourcegraph#49200",
        ),
        Tolerance(
            Departure.DOTTED_KEYS,
            "The value of an operation without a path may have paths as keys: name.givenName, URN:attribute.",
            _ENTRA_COMPATIBILITY,
        ),
        Tolerance(
            Departure.DOTTED_EXTENSION_PATH,
            "A dot may stand between the URN of an extension and its attribute.",
            _ENTRA_COMPATIBILITY,
        ),
        Tolerance(
            Departure.REMOVE_LISTED_VALUES,
            "A remove with a list of values removes these values, not all.",
            "MicrosoftDocs/azure-docs#30826",
        ),
        Tolerance(
            Departure.PATH_AFTER_BRACKET,
            'A filter may go on behind the bracket: emails[type eq "work"].value eq "x".',
            _ENTRA_TUTORIAL,
        ),
        Tolerance(
            Departure.SEVERAL_PRIMARY,
            "Of several primary values the first stays primary.",
            "dbt Labs: set up SCIM with Entra ID (a constant True is mapped to emails[type eq work].primary)",
        ),
        Tolerance(
            Departure.ROOT_EXTENSION_ATTRIBUTE,
            "An attribute of an extension may stand at the root of the resource.",
            _ENTRA_TUTORIAL,
        ),
        Tolerance(
            Departure.PUT_KEEPS_MEMBERS,
            "A PUT of a group that does not mention its members keeps them.",
            "langwatch/langwatch#7136",
        ),
    )
}
