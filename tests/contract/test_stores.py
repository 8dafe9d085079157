"""Every contract of storage and host, over every store that is shipped."""

import pytest

import scim_pytest


class OverEveryStore:
    """Contracts bring fixtures of their own that only say what is missing: here they are."""

    @pytest.fixture
    def store(self, any_store):
        return any_store

    @pytest.fixture
    def members(self, any_store):
        return any_store.members

    @pytest.fixture
    def groups(self, any_store):
        return any_store.groups


class TestResources(OverEveryStore, scim_pytest.ResourceRepositoryContract):
    pass


class TestMemberships(OverEveryStore, scim_pytest.MembershipContract):
    pass


class TestNesting(OverEveryStore, scim_pytest.NestingContract):
    pass


class TestSearch(OverEveryStore, scim_pytest.SearchContract):
    pass


class TestSeeking(OverEveryStore, scim_pytest.SeekingContract):
    pass


class TestUnits(OverEveryStore, scim_pytest.UnitOfWorkContract):
    pass


class TestSharedTransactions(OverEveryStore, scim_pytest.SharedTransactionContract):
    pass


class TestIntegrations(OverEveryStore, scim_pytest.IntegrationRepositoryContract):
    pass


class TestCredentials(OverEveryStore, scim_pytest.CredentialRepositoryContract):
    pass


class TestRetiredLinks(OverEveryStore, scim_pytest.RetiredLinkContract):
    pass


class TestMembershipOrigins(OverEveryStore, scim_pytest.MembershipOriginsContract):
    pass


class TestProvisioningLog(OverEveryStore, scim_pytest.ProvisioningLogContract):
    pass


class TestToleranceCounters(OverEveryStore, scim_pytest.ToleranceCountersContract):
    pass


class TestConcurrency(OverEveryStore, scim_pytest.ConcurrencyContract):
    pass


class TestDeclaredTypes(OverEveryStore, scim_pytest.DeclaredTypesContract):
    pass


class TestMembers(OverEveryStore, scim_pytest.MemberDirectoryContract):
    pass


class TestGroups(OverEveryStore, scim_pytest.GroupDirectoryContract):
    pass
