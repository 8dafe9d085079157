"""A host fills the open ports by keyword, and gets use cases and a WSGI application."""

import subprocess
import sys

import pytest
from dependency_injector.errors import Error

from scim_container.container import Container
from scim_memory.store import MemoryStore
from scim_plugin.protocol.catalogue import BUILT_IN
from scim_plugin.protocol.declaration import declare
from scim_plugin.use_cases.integration_draft import IntegrationDraft


@pytest.fixture
def store():
    return MemoryStore()


def container_over(store, **ports):
    return Container(open_unit=store.open_unit, host_members=store.members, host_groups=store.groups, **ports)


def test_a_port_that_is_not_filled_is_named(store):
    with pytest.raises(Error, match=r"Container\.host_groups"):
        Container(open_unit=store.open_unit, host_members=store.members).check_dependencies()
    container_over(store).check_dependencies()


def test_everything_is_built_once(store):
    container = container_over(store)
    assert container.wsgi_app() is container.wsgi_app()
    assert container.use_cases() is container.use_cases()
    assert callable(container.wsgi_app())


def test_two_hosts_in_one_process_do_not_share_anything(store):
    first, second = container_over(store), container_over(MemoryStore())
    first.add_integration()(IntegrationDraft(name="Entra"))
    assert [len(container.list_integrations()()) for container in (first, second)] == [1, 0]


def test_administration_works_over_the_host(store):
    container = container_over(store, several_enabled=True)
    draft = IntegrationDraft(name="Entra")
    first = container.add_integration()(draft, enabled=True)
    second = container.add_integration()(draft).integration
    assert container.enable_integration()(second.id).enabled
    assert not container.disable_integration()(second.id).enabled
    assert container.update_integration()(second.id, IntegrationDraft(name="Okta")).integration.name == "Okta"
    assert container.get_integration()("Okta").id == second.id
    issued = container.issue_secret()(second.id)
    assert container.revoke_secret()(issued.key).id == issued.credential.id
    assert len(container.list_secrets()(second.id)) == 2
    assert container.remove_integration()(second.id).id == second.id
    caller = container.use_cases().authenticate(f"Bearer {first.key}", tenant=None, integration_id=None, request_id="r")
    assert caller.integration == first.integration
    assert {finding.level for finding in container.check_integrations()()} == {"ok", "warning"}


def test_the_schema_of_the_store_is_checked_by_whoever_can(store):
    container = container_over(store, schema_problem=lambda: "Too old.")
    assert [finding.text for finding in container.check_integrations()()] == ["Too old."]


def test_embedding_imports_no_storage_adapter_and_no_server():
    program = "import sys, scim_container.container; print({'peewee', 'granian', 'click', 'falcon'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    assert done.stdout == "set()\n"


def test_new_integrations_serve_what_the_host_declares(store):
    urn = "urn:example:badge"
    badges = declare(
        {
            "schemas": [{"id": urn, "attributes": [{"name": "number"}]}],
            "resourceTypes": [{"name": "User", "schemaExtensions": [{"schema": urn}]}],
        }
    )
    container = container_over(store, catalogue=badges)
    assert container.add_integration()(IntegrationDraft(name="Entra")).integration.catalogue is badges
    assert container_over(store).add_integration()(IntegrationDraft(name="Okta")).integration.catalogue is BUILT_IN


def test_a_host_may_take_passwords(store):
    class Passwords:
        def set_password(self, tenant, member_id, password):
            raise NotImplementedError

    assert container_over(store, host_passwords=Passwords()).use_cases().takes_passwords
    assert not container_over(store).use_cases().takes_passwords
