"""Databases to measure on: so many users and one group, made by the use cases in large transactions."""

import json
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
    """A database in *folder* with ``users`` (their ids), and the group ``all`` of the first *members* of them.

    One that is there already is used again.
    """

    def __init__(self, folder, *, users, members):
        self.folder = folder
        notes = folder / "world.json"
        if not notes.exists():
            folder.mkdir(parents=True)
            notes.write_text(json.dumps(_filled(folder / "scim.db", users, members)))
        self.secret, self.users, self.all = json.loads(notes.read_text())
        self.free = self.users[members:]


def _filled(file, users, members):
    """Fill the database *file*; return the secret, the ids of the users, and that of the group."""
    store = PeeweeStore(f"sqlite:///{file}", synchronous="NORMAL")
    store.migrate()
    container = Container(open_unit=store.open_unit, host_members=store.members, host_groups=store.groups)
    added = container.add_integration()(IntegrationDraft(name="Benchmark", type="entra-id"), enabled=True)
    use_cases = container.use_cases()
    caller = use_cases.authenticate(f"Bearer {added.key}", tenant=None, integration_id=None, request_id="benchmark")
    ids = []
    while len(ids) < users:
        with store.open_unit() as unit:
            numbers = range(len(ids), min(len(ids) + _UNIT, users))
            ids += [use_cases.create(caller, USER, person(f"u{number}")).id for number in numbers]
            unit.commit()
        sys.stderr.write(f"\r{len(ids):,} of {users:,} users")
    sys.stderr.write("\n")
    group = {"schemas": [GROUP_URN], "displayName": "All", "members": [{"value": one} for one in ids[:members]]}
    group_id = use_cases.create(caller, GROUP, group).id
    store.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return added.key, ids, group_id
