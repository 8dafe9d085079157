"""What the contracts of the host share: who is created, and which texts are no ids."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from scim_plugin.ports import MemberDirectory
from scim_plugin.provisioning.member import FieldValue, Member
from scim_pytest.setting import TENANT

NO_IDS = ("", " ", "x", "0", "-1", "1.0", "1e3", "0x1", "١", "\x00", "é", "None", "' OR 1=1 --", "9" * 40)
"""What no host has as an id, and some cannot even read as one."""


def like(host_id: str) -> list[str]:
    """Return texts that a careless host takes for *host_id*."""
    wide = "".join(chr(ord(character) + 0xFEE0) for character in host_id if "!" <= character <= "~")
    return [f" {host_id}", f"{host_id} ", f"+{host_id}", f"0{host_id}", f"{host_id}.0", f"{host_id}\n", wide]


class HostContract:
    """What both contracts of the host share."""

    @pytest.fixture
    def members(self) -> Iterator[MemberDirectory]:
        """Give the directory of a host in which nobody but the contract makes members now."""
        raise NotImplementedError("A subclass of a contract overrides the fixture `members`.")

    def values(self, members: MemberDirectory, name: str) -> dict[str, FieldValue]:
        """Return the fields of a member called *name*; a host that requires more fields overrides it."""
        named = {members.username_field: name, members.email_field: f"{name}@example.org"}
        return {field: value for field, value in named.items() if field is not None}

    def create(
        self, members: MemberDirectory, name: str, *, tenant: str = TENANT, active: bool = True, key: str = ""
    ) -> Member:
        """Create a member called *name*."""
        return members.create(tenant, self.values(members, name), active=active, key=key or uuid4().hex)
