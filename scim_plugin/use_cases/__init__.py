"""What can be asked of the plug-in, one verb each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scim_plugin.use_cases.authenticate import Authenticate
from scim_plugin.use_cases.bulk import RunBulk
from scim_plugin.use_cases.create import CreateResource
from scim_plugin.use_cases.delete import DeleteResource
from scim_plugin.use_cases.modify import ModifyResource, ReplaceResource
from scim_plugin.use_cases.projections import Projections
from scim_plugin.use_cases.read import ReadResource
from scim_plugin.use_cases.search import SearchResources
from scim_plugin.use_cases.tally import ToleranceTally
from scim_plugin.use_cases.write import Writes

if TYPE_CHECKING:
    from scim_plugin.ports import EventSink, GroupDirectory, MemberDirectory, OpenUnitOfWork, PasswordDirectory


@dataclass(frozen=True, slots=True)
class UseCases:
    """Everything that an inbound adapter of the protocol needs.

    ``takes_passwords`` tells whether the host takes the passwords of those integrations that hand them over.
    """

    authenticate: Authenticate
    read: ReadResource
    search: SearchResources
    create: CreateResource
    replace: ReplaceResource
    modify: ModifyResource
    delete: DeleteResource
    bulk: RunBulk
    tally: ToleranceTally
    takes_passwords: bool = False


def protocol_use_cases(
    open_unit: OpenUnitOfWork,
    host_members: MemberDirectory,
    host_groups: GroupDirectory,
    event_sink: EventSink | None = None,
    host_passwords: PasswordDirectory | None = None,
) -> UseCases:
    """Return the use cases of the protocol over a store and a host."""
    tally = ToleranceTally(open_unit)
    writes = Writes(open_unit, tally, event_sink)
    projections = Projections(host_members, host_groups, host_passwords)
    return UseCases(
        Authenticate(open_unit),
        ReadResource(open_unit),
        SearchResources(open_unit, tally),
        CreateResource(writes, projections),
        ReplaceResource(writes, projections),
        ModifyResource(writes, projections),
        DeleteResource(writes, projections),
        RunBulk(open_unit, projections, tally, writes),
        tally,
        host_passwords is not None,
    )
