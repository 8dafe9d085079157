"""The contracts of storage and host, as pytest suites that a host's own tests can import.

Subclass a contract under a name that begins with ``Test`` and give its fixture::

    class TestMyMembers(MemberDirectoryContract):
        @pytest.fixture
        def members(self):
            return MyMemberDirectory()

A contract of storage wants ``store``, empty, with ``open_unit(write=True)``; those of the host want ``members``, and
``groups``.
"""

import pytest

pytest.register_assert_rewrite(
    "scim_pytest.concurrency",
    "scim_pytest.declared",
    "scim_pytest.groups",
    "scim_pytest.hosts",
    "scim_pytest.integrations",
    "scim_pytest.links",
    "scim_pytest.members",
    "scim_pytest.memberships",
    "scim_pytest.nesting",
    "scim_pytest.records",
    "scim_pytest.resources",
    "scim_pytest.search",
    "scim_pytest.seeking",
    "scim_pytest.setting",
    "scim_pytest.units",
)

# pytest explains only those assertions whose module it was told of before the import.
from scim_pytest.concurrency import ConcurrencyContract  # noqa: E402 - see above
from scim_pytest.declared import DeclaredTypesContract  # noqa: E402 - see above
from scim_pytest.groups import GroupDirectoryContract  # noqa: E402 - see above
from scim_pytest.integrations import (  # noqa: E402 - see above
    CredentialRepositoryContract,
    IntegrationRepositoryContract,
)
from scim_pytest.links import MembershipOriginsContract, RetiredLinkContract  # noqa: E402 - see above
from scim_pytest.members import MemberDirectoryContract  # noqa: E402 - see above
from scim_pytest.memberships import MembershipContract  # noqa: E402 - see above
from scim_pytest.nesting import NestingContract  # noqa: E402 - see above
from scim_pytest.records import ProvisioningLogContract, ToleranceCountersContract  # noqa: E402 - see above
from scim_pytest.resources import ResourceRepositoryContract  # noqa: E402 - see above
from scim_pytest.search import SearchContract  # noqa: E402 - see above
from scim_pytest.seeking import SeekingContract  # noqa: E402 - see above
from scim_pytest.units import SharedTransactionContract, UnitOfWorkContract  # noqa: E402 - see above

__all__ = [
    "ConcurrencyContract",
    "CredentialRepositoryContract",
    "DeclaredTypesContract",
    "GroupDirectoryContract",
    "IntegrationRepositoryContract",
    "MemberDirectoryContract",
    "MembershipContract",
    "MembershipOriginsContract",
    "NestingContract",
    "ProvisioningLogContract",
    "ResourceRepositoryContract",
    "RetiredLinkContract",
    "SearchContract",
    "SeekingContract",
    "SharedTransactionContract",
    "ToleranceCountersContract",
    "UnitOfWorkContract",
]
