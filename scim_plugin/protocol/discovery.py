"""What the server says of itself: ServiceProviderConfig, ResourceTypes and Schemas (RFC 7643 §5-§7, RFC 7644 §4).

What is announced here is implemented, and what is not implemented is announced as not supported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scim_plugin.protocol.bulk import MAX_OPERATIONS, MAX_PAYLOAD
from scim_plugin.protocol.catalogue import BUILT_IN, Catalogue
from scim_plugin.protocol.cursor import LIFETIME
from scim_plugin.protocol.query import DEFAULT_COUNT, MAX_COUNT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scim_plugin.protocol.json_types import Document
    from scim_plugin.protocol.schema import Attribute, ResourceType, Schema

CONFIG_URN = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
RESOURCE_TYPE_URN = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
SCHEMA_URN = "urn:ietf:params:scim:schemas:core:2.0:Schema"


def service_provider_config(base: str, *, changes_passwords: bool = False, is_interop: bool = False) -> Document:
    """Return the ServiceProviderConfig of the server whose SCIM base URI is *base*.

    *changes_passwords* tells whether a password that the client sends becomes that of the member, *is_interop* whether
    the integration keeps to draft-zollner-scim-interop-profile-01.
    """
    profile = {"interopProfileConformant": True} if is_interop else {}
    return {
        "schemas": [CONFIG_URN],
        **profile,
        "patch": {"supported": True},
        "bulk": {"supported": True, "maxOperations": MAX_OPERATIONS, "maxPayloadSize": MAX_PAYLOAD},
        "filter": {"supported": True, "maxResults": MAX_COUNT},
        "changePassword": {"supported": changes_passwords},
        "sort": {"supported": True},
        "etag": {"supported": True},
        "pagination": {
            "cursor": True,
            "index": True,
            "defaultPaginationMethod": "index",
            "defaultPageSize": DEFAULT_COUNT,
            "maxPageSize": MAX_COUNT,
            "cursorTimeout": LIFETIME,
        },
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "OAuth Bearer Token",
                "description": "The secret key of the integration, sent as 'Authorization: Bearer <secret>'.",
                "specUri": "https://www.rfc-editor.org/info/rfc6750",
                "primary": True,
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base}/ServiceProviderConfig"},
    }


def resource_types(base: str, catalogue: Catalogue = BUILT_IN) -> list[Document]:
    """Return the ResourceType resources of *catalogue* for the SCIM base URI *base*."""
    return [_resource_type(resource_type, base) for resource_type in catalogue.resource_types]


def _resource_type(resource_type: ResourceType, base: str) -> Document:
    document: Document = {
        "schemas": [RESOURCE_TYPE_URN],
        "id": resource_type.name,
        "name": resource_type.name,
        "description": resource_type.description,
        "endpoint": resource_type.endpoint,
        "schema": resource_type.schema.id,
    }
    if resource_type.extensions:
        document["schemaExtensions"] = [
            {"schema": extension.schema.id, "required": extension.required} for extension in resource_type.extensions
        ]
    document["meta"] = {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/{resource_type.name}"}
    return document


def schemas(base: str, catalogue: Catalogue = BUILT_IN) -> list[Document]:
    """Return the Schema resources of *catalogue* for the SCIM base URI *base*."""
    return [_schema(schema, base) for schema in catalogue.schemas]


def _schema(schema: Schema, base: str) -> Document:
    return {
        "schemas": [SCHEMA_URN],
        "id": schema.id,
        "name": schema.name,
        "description": schema.description,
        "attributes": _attributes(schema.attributes),
        "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{schema.id}"},
    }


def _attributes(attributes: Iterable[Attribute]) -> list[dict[str, Any]]:
    return [_attribute(attribute) for attribute in attributes]


def _attribute(attribute: Attribute) -> dict[str, Any]:
    """Return the definition of *attribute*; characteristics that its type cannot have are left out, nothing is null."""
    definition: dict[str, Any] = {
        "name": attribute.name,
        "type": attribute.type,
        "multiValued": attribute.multi_valued,
        "description": attribute.description,
        "required": attribute.required,
        "mutability": attribute.mutability,
        "returned": attribute.returned,
    }
    if attribute.type in ("string", "reference", "binary"):
        definition["caseExact"] = attribute.case_exact
    if attribute.type not in ("boolean", "complex"):
        definition["uniqueness"] = attribute.uniqueness
    if attribute.canonical_values:
        definition["canonicalValues"] = list(attribute.canonical_values)
    if attribute.reference_types:
        definition["referenceTypes"] = list(attribute.reference_types)
    if attribute.sub_attributes:
        definition["subAttributes"] = _attributes(attribute.sub_attributes)
    return definition
