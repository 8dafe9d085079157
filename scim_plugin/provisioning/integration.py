"""An integration: one connection of one identity provider to one tenant, with its policies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from scim_plugin.protocol.catalogue import BUILT_IN, Catalogue
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.mapping import DEFAULT_MAPPING, Rule

DEFAULT_TENANT = "default"
_TENANT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


class State(StrEnum):
    """Whether an integration answers."""

    DISABLED = "disabled"
    ENABLED = "enabled"


class Deprovisioning(StrEnum):
    """What a DELETE does to the member: it loses access, it loses the link only, or it is removed for good."""

    SUSPEND = "suspend"
    UNLINK = "unlink"
    ERASE = "erase"


class GroupPolicy(StrEnum):
    """What happens when a group arrives under the name of a group that the host already has."""

    REFUSE = "refuse"
    ADOPT = "adopt"


class PasswordPolicy(StrEnum):
    """What happens to a password that the IdP sends: nothing, or the host gets it. It is never stored here."""

    IGNORE = "ignore"
    HAND_OVER = "hand-over"


class NestedGroups(StrEnum):
    """Whether Users in a group of a group join the host's groups of both: the host has no groups in groups."""

    IGNORE = "ignore"
    FLATTEN = "flatten"


DEFAULT_LINKING = (Tier.LINK, Tier.EXTERNAL_ID, Tier.EMAIL, Tier.CREATE)


@dataclass(frozen=True, slots=True)
class Integration:
    """One connection of an identity provider. ``version`` changes with each change, so that caches can tell.

    ``default_group`` is the host's id of the group that newly registered members join. ``external_id_key`` names the
    member field that stores the external ID; None keeps it in our own link only. ``linking`` is the order of the keys
    by which a member is looked for; without ``create``, a User that matches nobody is refused. ``matching`` lists
    further attributes by which the IdP looks users up, so that they are indexed. ``catalogue`` holds the resource types
    that it serves.
    """

    id: str
    tenant: str
    name: str
    type: str
    created: int
    description: str = ""
    state: State = State.DISABLED
    default_group: str | None = None
    external_id_key: str | None = None
    mapping: tuple[Rule, ...] = DEFAULT_MAPPING
    linking: tuple[Tier, ...] = DEFAULT_LINKING
    deprovisioning: Deprovisioning = Deprovisioning.SUSPEND
    groups: GroupPolicy = GroupPolicy.REFUSE
    nested_groups: NestedGroups = NestedGroups.FLATTEN
    passwords: PasswordPolicy = PasswordPolicy.IGNORE
    matching: tuple[str, ...] = ()
    catalogue: Catalogue = BUILT_IN
    version: int = 1

    @property
    def flattens(self) -> bool:
        """Tell whether Users in inner groups are members of the host's groups of the outer ones."""
        return self.nested_groups is NestedGroups.FLATTEN

    @property
    def enabled(self) -> bool:
        """Tell whether the integration answers requests."""
        return self.state is State.ENABLED


def is_tenant_name(text: str) -> bool:
    """Tell whether *text* may name a tenant: 1 to 63 lower-case letters, digits and dashes (it is part of a URI)."""
    return _TENANT.fullmatch(text) is not None
