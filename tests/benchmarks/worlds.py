"""Databases to measure on: so many users and one group, made by the use cases in large transactions."""

import sys

from scim_container.container import Container
from scim_peewee import PeeweeStore
from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.use_cases.integration_draft import IntegrationDraft
from tests.server.process import GROUP_URN, USER_URN

ENTERPRISE_URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_UNIT = 2000


def person(name):
    """Return a user as Entra sends one: 1.2 KB."""
    return {
        "schemas": [USER_URN, ENTERPRISE_URN],
        "userName": f"{name}@example.com",
        "externalId": f"00000000-0000-0000-0000-{name:>12}",
        "active": True,
        "displayName": f"Person {name}",
        "name": {"formatted": f"Person {name}", "familyName": f"Family of {name}", "givenName": f"Given {name}"},
        "title": "Senior Sales Representative",
        "preferredLanguage": "en-US",
        "emails": [{"primary": True, "type": "work", "value": f"{name}@example.com"}],
        "phoneNumbers": [
            {"type": "work", "value": "+41 44 123 45 67"},
            {"type": "mobile", "value": "+41 79 123 45 67"},
        ],
        "addresses": [
            {
                "type": "work",
                "formatted": "1 Example Street, 8000 Zurich, Switzerland",
                "streetAddress": "1 Example Street",
                "locality": "Zurich",
                "region": "ZH",
                "postalCode": "8000",
                "country": "Switzerland",
            }
        ],
        ENTERPRISE_URN: {"employeeNumber": f"{name}", "department": "Sales", "costCenter": "4130"},
    }


class World:
    """A database in *folder* with ``users`` (their ids) and the group ``all`` of the first *members* of them."""

    def __init__(self, folder, *, users, members):
        folder.mkdir(parents=True)
        self.folder = folder
        self.size = users
        self.members = members
        store = PeeweeStore(f"sqlite:///{folder / 'scim.db'}", synchronous="NORMAL")
        store.migrate()
        container = Container(open_unit=store.open_unit, host_members=store.members, host_groups=store.groups)
        added = container.add_integration()(IntegrationDraft(name="Benchmark", type="entra-id"), enabled=True)
        self.secret = added.key
        use_cases = container.use_cases()
        caller = use_cases.authenticate(
            f"Bearer {added.key}", tenant=None, integration_id=None, request_id="benchmark"
        )
        self.users = []
        while len(self.users) < users:
            with store.open_unit() as unit:
                for number in range(len(self.users), min(len(self.users) + _UNIT, users)):
                    self.users.append(use_cases.create(caller, USER, person(f"u{number}")).id)
                unit.commit()
            sys.stderr.write(f"\r{len(self.users):,} of {users:,} users ")
        group = {
            "schemas": [GROUP_URN],
            "displayName": "All",
            "members": [{"value": one} for one in self.users[:members]],
        }
        self.all = use_cases.create(caller, GROUP, group).id
        self.free = self.users[members:]
        sys.stderr.write(f"and a group of {members:,}\n")
        store.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        store.close()
