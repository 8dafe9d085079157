"""What an administrator wants an integration to be, checked against the schema and the host before it is stored."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from scim_plugin.dialects.dialect import PERMITTED
from scim_plugin.protocol.errors import InvalidFilter, InvalidPath
from scim_plugin.protocol.patch_path import ExtensionPath, parse_path
from scim_plugin.protocol.path import ValuePath
from scim_plugin.protocol.schema import UnknownAttribute
from scim_plugin.provisioning.integration import is_tenant_name
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.mapping import Direction, InvalidMapping, Rule, check_mapping
from scim_plugin.use_cases.administration import InvalidSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scim_plugin.ports import GroupDirectory
    from scim_plugin.protocol.catalogue import Catalogue
    from scim_plugin.protocol.schema import ResourceType
    from scim_plugin.provisioning.integration import (
        Deprovisioning,
        GroupPolicy,
        Integration,
        NestedGroups,
        PasswordPolicy,
    )
    from scim_plugin.provisioning.member import Field, HostGroup

MAX_NAME = 200
MAX_DESCRIPTION = 2000


@dataclass(frozen=True, slots=True)
class IntegrationDraft:
    """The settings of an integration, as they were asked for. None leaves a setting as it is, or at its default.

    ``default_group`` is the *name* of a group of the host; it is created when the host has none of this name. The empty
    text takes ``default_group`` or ``external_id_key`` away.
    """

    name: str | None = None
    type: str | None = None
    description: str | None = None
    default_group: str | None = None
    external_id_key: str | None = None
    mapping: tuple[Rule, ...] | None = None
    linking: tuple[Tier, ...] | None = None
    deprovisioning: Deprovisioning | None = None
    groups: GroupPolicy | None = None
    nested_groups: NestedGroups | None = None
    passwords: PasswordPolicy | None = None
    matching: tuple[str, ...] | None = None
    catalogue: Catalogue | None = None

    def applied_to(self, integration: Integration) -> Integration:
        """Return *integration* with everything that was asked for but the default group, which the host knows."""
        asked: dict[str, Any] = {
            "name": None if self.name is None else self.name.strip(),
            "type": self.type,
            "description": self.description,
            "mapping": self.mapping,
            "linking": self.linking,
            "deprovisioning": self.deprovisioning,
            "groups": self.groups,
            "nested_groups": self.nested_groups,
            "passwords": self.passwords,
            "matching": self.matching,
            "catalogue": self.catalogue,
        }
        changed = {name: value for name, value in asked.items() if value is not None}
        if self.external_id_key is not None:
            changed["external_id_key"] = self.external_id_key or None
        if self.default_group == "":
            changed["default_group"] = None
        return replace(integration, **changed)


def check_tenant(tenant: str) -> None:
    """Check that *tenant* may be part of a URI. Raises InvalidSettings."""
    if not is_tenant_name(tenant):
        raise InvalidSettings(
            [f"'{tenant}' cannot name a tenant: use lower-case letters, digits and dashes inside, 63 at most."]
        )


def check_settings(integration: Integration, fields: Mapping[str, Field]) -> None:
    """Check *integration* against the schemas and the host's *fields*. Raises InvalidSettings with every problem."""
    problems = list(problems_of(integration, fields))
    if problems:
        raise InvalidSettings(problems)


def problems_of(integration: Integration, fields: Mapping[str, Field]) -> Iterator[str]:
    """Yield one sentence for everything in *integration* that cannot work."""
    yield from _text_problems(integration)
    if integration.type not in PERMITTED:
        yield f"There is no integration type '{integration.type}'. The types are: {', '.join(sorted(PERMITTED))}."
    try:
        check_mapping(integration.mapping, integration.catalogue.user, fields)
    except InvalidMapping as error:
        yield from error.problems
    yield from _key_problems(integration, fields)
    yield from _linking_problems(integration.linking)
    for path in integration.matching:
        yield from _matching_problems(path, integration.catalogue.user)


def _text_problems(integration: Integration) -> Iterator[str]:
    if not integration.name or not integration.name.isprintable():
        yield "An integration needs a name of printable characters."
    if len(integration.name) > MAX_NAME:
        yield f"The name of an integration has {MAX_NAME} characters at most."
    if len(integration.description) > MAX_DESCRIPTION:
        yield f"The description of an integration has {MAX_DESCRIPTION} characters at most."


def _key_problems(integration: Integration, fields: Mapping[str, Field]) -> Iterator[str]:
    key = integration.external_id_key
    if key is None:
        return
    field = fields.get(key)
    if field is None:
        yield f"The external ID cannot be kept in '{key}': the host's members have: {', '.join(sorted(fields))}."
    elif field.confers_privilege:
        yield f"The external ID cannot be kept in '{key}': that field confers privilege."
    elif field.type != "text":
        yield f"The external ID cannot be kept in '{key}': that field takes no text."
    others = [line for line in integration.mapping if line.field == key and line.path.lower() != "externalid"]
    if any(line.direction is Direction.TO_MEMBER for line in others):
        yield f"The field '{key}' cannot keep the external ID and be mapped from '{others[0].path}' as well."


def _linking_problems(linking: tuple[Tier, ...]) -> Iterator[str]:
    if not linking:
        yield "The linking order is empty: name at least one of link, external-id, email, create."
    if Tier.ADOPT in linking:
        yield "The linking order cannot name 'adopt', which is about groups."
    if len(set(linking)) != len(linking):
        yield "The linking order names a key twice."
    if Tier.CREATE in linking[:-1]:
        yield "The linking order goes on behind 'create', which always decides: put it last."


def _matching_problems(text: str, users: ResourceType) -> Iterator[str]:
    try:
        path = parse_path(text, users)
        if isinstance(path, ExtensionPath):
            yield f"'{text}' is a whole schema extension and cannot be matched on: name one of its attributes."
            return
        target = users.locate(path.attribute if isinstance(path, ValuePath) else path)
    except (InvalidPath, InvalidFilter, UnknownAttribute) as error:
        yield f"'{text}' cannot be matched on: {error}"
        return
    if isinstance(path, ValuePath) and target.attribute.sub_attribute(path.sub_attribute or "value") is None:
        yield f"'{text}' cannot be matched on: there is no such sub-attribute."
    if target.leaf.returned == "never":
        yield f"'{text}' cannot be matched on: its value is never kept."


def ensure_default_group(groups: GroupDirectory, tenant: str, name: str) -> tuple[HostGroup, bool]:
    """Return the host's group of this *name* in the *tenant*, and whether it had to be created. Raises GroupRefused."""
    found = groups.find(tenant, name)
    return (found, False) if found else (groups.create(tenant, name, key=secrets.token_hex(16)), True)
