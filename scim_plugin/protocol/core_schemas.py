"""The schemas of RFC 7643 §4 as data, as served by ``/Schemas``.

Two additions to the letter of RFC 7643 §8.7, so that Entra's schema discovery finds every target that an administrator
may map: ``externalId`` stands in both core schemas, and Group ``displayName`` is required (errata 5368). Its uniqueness
within an integration is ours (:attr:`ResourceType.key`); the characteristic stays ``none``, as the RFC prints it.
"""

from __future__ import annotations

from scim_plugin.protocol.schema import (
    COMMON_ATTRIBUTES,
    MAX_KEY,
    Attribute,
    AttributeType,
    Extension,
    ResourceType,
    Schema,
)

USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP_URN = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE_USER_URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

_EXTERNAL_ID = next(attribute for attribute in COMMON_ATTRIBUTES if attribute.name == "externalId")


def _plural(
    name: str,
    description: str,
    *types: str,
    value_type: AttributeType = "string",
    value: str = "The value.",
    reference_types: tuple[str, ...] = (),
) -> Attribute:
    return Attribute(
        name,
        "complex",
        description,
        multi_valued=True,
        sub_attributes=(
            Attribute("value", value_type, value, reference_types=reference_types),
            Attribute("display", description="A human-readable name, primarily used for display purposes."),
            Attribute("type", description="A label of the value's function.", canonical_values=types),
            Attribute("primary", "boolean", "Whether this is the preferred value; true at most once."),
        ),
    )


USER_SCHEMA = Schema(
    USER_URN,
    "User",
    "User Account",
    (
        _EXTERNAL_ID,
        Attribute(
            "userName",
            description="The name by which the user signs in; unique, compared without regard to case.",
            required=True,
            uniqueness="server",
            max_length=MAX_KEY,
        ),
        Attribute(
            "name",
            "complex",
            "The components of the user's name.",
            sub_attributes=(
                Attribute("formatted", description="The full name, formatted for display."),
                Attribute("familyName", description="The family name, or last name."),
                Attribute("givenName", description="The given name, or first name."),
                Attribute("middleName", description="The middle name(s)."),
                Attribute("honorificPrefix", description="The honorific prefix(es), or title."),
                Attribute("honorificSuffix", description="The honorific suffix(es)."),
            ),
        ),
        Attribute("displayName", description="The name suitable for display to end-users."),
        Attribute("nickName", description="The casual way to address the user."),
        Attribute(
            "profileUrl", "reference", "The location of the user's online profile.", reference_types=("external",)
        ),
        Attribute("title", description="The user's title, such as 'Vice President'."),
        Attribute("userType", description="The relationship between the organization and the user."),
        Attribute("preferredLanguage", description="The preferred written or spoken languages."),
        Attribute("locale", description="The default location for currency, date format and numbers."),
        Attribute("timezone", description="The time zone, in IANA 'Olson' format."),
        Attribute("active", "boolean", "Whether the account is usable."),
        Attribute(
            "password",
            description="The clear-text password: accepted, never stored, never returned.",
            mutability="writeOnly",
            returned="never",
        ),
        _plural("emails", "E-mail addresses.", "work", "home", "other", value="The e-mail address."),
        _plural(
            "phoneNumbers",
            "Phone numbers.",
            "work",
            "home",
            "mobile",
            "fax",
            "pager",
            "other",
            value="The phone number.",
        ),
        _plural("ims", "Instant messaging addresses.", "aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"),
        _plural(
            "photos",
            "URLs of photos.",
            "photo",
            "thumbnail",
            value_type="reference",
            value="The URL of the photo; never fetched by the server.",
            reference_types=("external",),
        ),
        Attribute(
            "addresses",
            "complex",
            "Physical mailing addresses.",
            multi_valued=True,
            sub_attributes=(
                Attribute("formatted", description="The full mailing address."),
                Attribute("streetAddress", description="The street address."),
                Attribute("locality", description="The city or locality."),
                Attribute("region", description="The state or region."),
                Attribute("postalCode", description="The zip code or postal code."),
                Attribute("country", description="The country."),
                Attribute(
                    "type",
                    description="A label of the address's function.",
                    canonical_values=("work", "home", "other"),
                ),
                Attribute("primary", "boolean", "Whether this is the preferred address; true at most once."),
            ),
        ),
        Attribute(
            "groups",
            "complex",
            "The groups to which the user belongs; changed through the Group resource.",
            multi_valued=True,
            mutability="readOnly",
            sub_attributes=(
                Attribute("value", description="The id of the group.", case_exact=True, mutability="readOnly"),
                Attribute(
                    "$ref",
                    "reference",
                    "The URI of the group.",
                    mutability="readOnly",
                    reference_types=("User", "Group"),
                ),
                Attribute("display", description="The displayName of the group.", mutability="readOnly"),
                Attribute(
                    "type",
                    description="How the user belongs to the group.",
                    mutability="readOnly",
                    canonical_values=("direct", "indirect"),
                ),
            ),
        ),
        _plural("entitlements", "Entitlements: things that the user has."),
        _plural("roles", "Roles: what the user is, such as 'Student' or an app role."),
        _plural(
            "x509Certificates", "Certificates issued to the user.", value_type="binary", value="DER, base64-encoded."
        ),
    ),
)

GROUP_SCHEMA = Schema(
    GROUP_URN,
    "Group",
    "Group",
    (
        _EXTERNAL_ID,
        Attribute(
            "displayName",
            description="The name of the group; unique within the integration, compared without regard to case.",
            required=True,
            max_length=MAX_KEY,
        ),
        Attribute(
            "members",
            "complex",
            "The members of the group.",
            multi_valued=True,
            sub_attributes=(
                Attribute("value", description="The id of the member.", case_exact=True, mutability="immutable"),
                Attribute(
                    "$ref",
                    "reference",
                    "The URI of the member.",
                    mutability="immutable",
                    reference_types=("User", "Group"),
                ),
                Attribute(
                    "type",
                    description="The resource type of the member.",
                    mutability="immutable",
                    canonical_values=("User", "Group"),
                ),
            ),
        ),
    ),
)

ENTERPRISE_USER_SCHEMA = Schema(
    ENTERPRISE_USER_URN,
    "EnterpriseUser",
    "Enterprise User",
    (
        Attribute("employeeNumber", description="The identifier that the organization gave to the person."),
        Attribute("costCenter", description="The name of a cost center."),
        Attribute("organization", description="The name of an organization."),
        Attribute("division", description="The name of a division."),
        Attribute("department", description="The name of a department."),
        Attribute(
            "manager",
            "complex",
            "The user's manager.",
            sub_attributes=(
                Attribute("value", description="The id of the manager's User resource."),
                Attribute("$ref", "reference", "The URI of the manager's User resource.", reference_types=("User",)),
                Attribute("displayName", description="The manager's displayName.", mutability="readOnly"),
            ),
        ),
    ),
)

USER = ResourceType("User", "/Users", "User Account", USER_SCHEMA, (Extension(ENTERPRISE_USER_SCHEMA),), key="userName")
GROUP = ResourceType("Group", "/Groups", "Group", GROUP_SCHEMA, key="displayName")
