"""Short ways to fill a store and to ask it."""

from scim_plugin.protocol.comparison import bind
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP, GROUP_URN, USER, USER_URN
from scim_plugin.protocol.filter import parse_filter
from scim_plugin.protocol.leniency import STRICT
from scim_plugin.protocol.query import Query
from scim_plugin.protocol.resource import Resource, new_id

EMPLOYEE_NUMBER = f"{ENTERPRISE_USER_URN}:employeeNumber"


def user(name, **attributes):
    return Resource(new_id(), USER, 1, 1, 1, {"schemas": [USER_URN], "userName": name, **attributes})


def employee(name, number):
    email = {"value": f"{name}@example.com", "type": "work", "primary": True}
    attributes = {"externalId": f"ext-{name}", "emails": [email], ENTERPRISE_USER_URN: {"employeeNumber": number}}
    return user(name, **attributes)


def group(name):
    return Resource(new_id(), GROUP, 1, 1, 1, {"schemas": [GROUP_URN], "displayName": name})


def add(store, integration, *resources):
    with store.open_unit() as unit:
        added = [unit.resources.add(integration, resource, None) for resource in resources]
        unit.commit()
    return added


def query(text, resource_type=USER, **options):
    return Query(resource_type, bind(parse_filter(text), resource_type, STRICT), **options)


def names(store, integration, text):
    with store.open_unit(write=False) as unit:
        page = unit.resources.search(integration, query(text))
        ids = [found.id for found in page.resources]
        got = [unit.resources.get(integration, USER, one).resource.document["userName"] for one in ids]
    assert page.total == len(got)
    return got


def fill_up(store, more=0):
    """Leave *more* pages on the disk of the connection that writes."""
    pages = pragma_of_writing(store, "page_count")
    pragma_of_writing(store, f"max_page_count = {pages + more}")


def make_room(store):
    pragma_of_writing(store, "max_page_count = 1000000")


def pragma_of_writing(store, text):
    with store.open_unit():
        return store.database.execute_sql(f"PRAGMA {text}").fetchone()[0]
