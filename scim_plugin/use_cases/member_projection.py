"""What a User does to the host's member: created or linked, mapped fields, access, memberships, and the end of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scim_plugin.protocol.errors import Forbidden, InvalidValue, Uniqueness
from scim_plugin.protocol.intake import complete
from scim_plugin.protocol.text import fold
from scim_plugin.provisioning.events import (
    MemberChanged,
    MemberLinked,
    MemberReactivated,
    MemberSuspended,
    MemberUnlinked,
)
from scim_plugin.provisioning.integration import Deprovisioning, PasswordPolicy
from scim_plugin.provisioning.link import Link, RetiredLink, Tier
from scim_plugin.provisioning.mapping import Projection, projection
from scim_plugin.provisioning.member import MemberRefused
from scim_plugin.use_cases.linking import find_member
from scim_plugin.use_cases.memberships import default_origin, scim_origin
from scim_plugin.use_cases.write import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scim_plugin.ports import MemberDirectory, PasswordDirectory
    from scim_plugin.protocol.json_types import Document
    from scim_plugin.protocol.resource import Resource
    from scim_plugin.provisioning.member import FieldValue, Member
    from scim_plugin.use_cases.memberships import Memberships
    from scim_plugin.use_cases.write import Write

_PROTECTED = "The member behind this User is protected by the host: it is not changed through provisioning."


class MemberProjection:
    """Keeps the host's member in step with its User."""

    def __init__(
        self, members: MemberDirectory, memberships: Memberships, passwords: PasswordDirectory | None = None
    ) -> None:
        """Write to *members* of the host, to its groups through *memberships*, and to its *passwords* if it has any."""
        self._members = members
        self._memberships = memberships
        self._passwords = passwords

    def project(
        self, write: Write, resource: Resource, link: Link | None, *, asserts_active: bool
    ) -> tuple[Link, Document]:
        """Bring the member in step with *resource*; return its link and the document with the host's own values.

        A resource without a link, or whose member is gone, is linked first. *asserts_active* tells whether the request
        itself speaks of access. Raises Forbidden, Uniqueness, InvalidValue for a password that the host refuses.
        """
        rules = projection(write.caller.integration.mapping, resource.type)
        member = self._members.get(write.tenant, link.target) if link else None
        if link is None or member is None:
            link, member = self._link(write, resource, rules)
            untouched = self._identity_fields() if write.tier is Tier.EMAIL else frozenset[str]()
            asserts_active = True
        else:
            untouched = frozenset[str]()
        if member.protected:
            raise Forbidden(_PROTECTED)
        write.target = member.id
        member = self._write_fields(write, member, self._values(write, resource, rules), untouched)
        self._hand_over_password(write, member)
        if asserts_active:
            active = rules.asserted_active(resource.document)
            # Who returns after a DELETE has access again, also where the request or the mapping does not speak of it.
            self._write_access(write, member, active=True if active is None and write.tier is Tier.LINK else active)
        return link, _with_host_values(resource, rules, member)

    def _identity_fields(self) -> frozenset[str]:
        """Return the fields that a link by e-mail leaves alone in the request that makes it (SECURITY of linking)."""
        return frozenset(name for name in (self._members.username_field, self._members.email_field) if name)

    def _link(self, write: Write, resource: Resource, rules: Projection) -> tuple[Link, Member]:
        match = find_member(write, self._members, resource.document, rules)
        member = match.member or self._create(write, resource, rules)
        link = Link(member.id, match.tier, write.moment, own=match.is_own)
        write.unit.resources.relink(write.caller.integration, resource, link)
        write.tier = match.tier
        write.events.append(MemberLinked(write.tenant, write.caller.integration.id, member.id, match.tier))
        for group_id, target in _groups_of(write, resource):
            self._memberships.join(write, target, [member.id], scim_origin(group_id))
        return link, member

    def _create(self, write: Write, resource: Resource, rules: Projection) -> Member:
        integration = write.caller.integration
        values = {
            name: value
            for name, value in self._values(write, resource, rules, creating=True).items()
            if value not in (None, "")
        }
        if self._members.username_field is not None:
            values.setdefault(self._members.username_field, resource.document["userName"])
        active = rules.asserted_active(resource.document) is not False
        try:
            member = self._members.create(write.tenant, values, active=active, key=resource.id)
        except MemberRefused as refusal:
            raise _refused(refusal) from None
        write.changes.extend(values)
        if integration.default_group is not None:
            self._memberships.join(write, integration.default_group, [member.id], default_origin(integration.id))
        return member

    def _values(
        self, write: Write, resource: Resource, rules: Projection, *, creating: bool = False
    ) -> dict[str, FieldValue]:
        values = rules.values(resource.document, creating=creating)
        key = write.caller.integration.external_id_key
        if key is not None:
            values[key] = resource.document.get("externalId")
        return values

    def _write_fields(
        self, write: Write, member: Member, wanted: dict[str, FieldValue], untouched: frozenset[str]
    ) -> Member:
        changed = {
            name: value
            for name, value in wanted.items()
            if name not in untouched
            and not _is_same(member.fields.get(name), value)
            and (value or name != self._members.username_field)
        }
        if not changed:
            return member
        try:
            self._members.update(write.tenant, member.id, changed)
        except MemberRefused as refusal:
            raise _refused(refusal) from None
        write.changes.extend(changed)
        write.events.append(MemberChanged(write.tenant, write.caller.integration.id, member.id, tuple(changed)))
        return replace(member, fields={**member.fields, **changed})

    def _hand_over_password(self, write: Write, member: Member) -> None:
        if self._passwords is None or write.caller.integration.passwords is not PasswordPolicy.HAND_OVER:
            return
        # Who shares an address with an account must not get in by the request that links the two.
        if not write.password or write.tier is Tier.EMAIL:
            return
        try:
            self._passwords.set_password(write.tenant, member.id, write.password)
        except MemberRefused as refusal:
            detail = f"The host refused the member's password: {refusal.reason}"
            raise InvalidValue(detail) from None
        write.changes.append(PASSWORD)

    def _write_access(self, write: Write, member: Member, *, active: bool | None) -> None:
        if active is None or active == member.active:
            return
        integration_id = write.caller.integration.id
        write.changes.append("active")
        if active:
            self._members.reactivate(write.tenant, member.id)
            write.events.append(MemberReactivated(write.tenant, integration_id, member.id))
        else:
            self._members.suspend(write.tenant, member.id)
            write.events.append(MemberSuspended(write.tenant, integration_id, member.id))

    def retire(self, write: Write, resource: Resource, link: Link | None) -> None:
        """Do what the integration's policy says to the member of a User that is being deleted. Raises Forbidden."""
        member = self._members.get(write.tenant, link.target) if link else None
        if link is None or member is None:
            return
        if member.protected:
            raise Forbidden(_PROTECTED)
        write.target = member.id
        integration = write.caller.integration
        for group_id, target in _groups_of(write, resource):
            self._memberships.leave(write, target, [member.id], scim_origin(group_id))
        # An account that was there before the integration came is the host's: it is never erased on the IdP's word.
        if integration.deprovisioning is Deprovisioning.ERASE and link.own:
            if integration.default_group is not None:
                origin = default_origin(integration.id)
                self._memberships.leave(write, integration.default_group, [member.id], origin)
            self._members.remove(write.tenant, member.id)
            write.events.append(MemberUnlinked(write.tenant, integration.id, member.id, erased=True))
            return
        if integration.deprovisioning is not Deprovisioning.UNLINK:
            self._write_access(write, member, active=False)
        write.unit.retired_links.add(
            RetiredLink(
                integration.id,
                member.id,
                resource.document.get("externalId"),
                fold(resource.document["userName"]),
                link.own,
                write.moment,
            )
        )
        write.events.append(MemberUnlinked(write.tenant, integration.id, member.id))


def _groups_of(write: Write, resource: Resource) -> Sequence[tuple[str, str]]:
    """Return the Groups whose groups of the host the member of *resource* belongs to, and these."""
    integration = write.caller.integration
    return write.unit.resources.group_targets(integration, resource, nested=integration.flattens)


def _refused(refusal: MemberRefused) -> Uniqueness:
    return Uniqueness(refusal.field, f"The host refused the member's {refusal.field}: {refusal.reason}")


def _is_same(held: FieldValue, wanted: FieldValue) -> bool:
    """Tell whether nothing is to be written: a text field holds a boolean as ``true`` or ``false``."""
    if isinstance(wanted, bool) and isinstance(held, str):
        return held == str(wanted).lower()
    return (held or None) == (wanted or None)


def _with_host_values(resource: Resource, rules: Projection, member: Member) -> Document:
    """Return the document with the values that the host owns, by the rules that go from the member to SCIM."""
    if not rules.to_scim:
        return resource.document
    answered = dict(resource.document)
    for target, field in rules.to_scim:
        holder = answered if target.extension is None else dict(answered.get(target.extension, {}))
        value: object = member.fields.get(field)
        if target.sub_attribute is not None:
            part = dict(holder.get(target.attribute.name, {}))
            _put(part, target.sub_attribute.name, value)
            value = part
        _put(holder, target.attribute.name, value)
        if target.extension is not None:
            _put(answered, target.extension, holder)
    return complete(answered, resource.type)


def _put(holder: Document, name: str, value: object) -> None:
    if value in (None, "", {}):
        holder.pop(name, None)
    else:
        holder[name] = value
