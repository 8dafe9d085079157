"""Generated resources for the law of the store, and the plain answer that it is held to. Needs Hypothesis."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from scim_plugin.protocol.comparison import Comparable, comparable, evaluator, values_of
from scim_plugin.protocol.core_schemas import USER
from scim_plugin.protocol.json_types import Document, is_object
from scim_plugin.protocol.query import Query, Sort
from scim_plugin.protocol.representation import (
    Addresses,
    GroupReference,
    MemberReference,
    Representation,
    computed_attributes,
    meta,
)
from scim_plugin.protocol.resource import Resource
from scim_plugin.protocol.schema import Target
from scim_plugin.protocol.text import fold
from scim_pytest.setting import MOMENT, group, user

TEXTS = [
    "",
    "a",
    "A",
    "alice",
    "ALICE",
    "ａｌｉｃｅ",
    "alice ",
    "straße",
    "STRASSE",
    "İx",
    "i\u0307x",
    "ıx",
    "jos\u00e9",
    "jose\u0301",
    "Ωmega",
    "ω",
    "😀",
    "😀x",
    "\uffee",
    "it's",
    'say "x"',
    "100%",
    "a_b",
    "a.b",
    "back\\slash",
    "%",
    "_",
    "line\nbreak",
    "true",
    "1",
    "null",
    "x" * 300,
    "x" * 300 + "y",
]
"""Few enough to meet, odd enough to tell stores apart."""

IDS = [f"{number:032x}" for number in range(10)]
TYPES = ["work", "WORK", "home", "ｗork"]
SECONDS = [MOMENT, MOMENT + 1000, MOMENT + 1_000_000, MOMENT - 86_400_000_000, 0, -1_000_000]
URLS = ["https://example.org/A", "https://example.org/a", "urn:x"]
BASE64 = ["TUlJ", "tUlJ"]
texts = st.sampled_from(TEXTS)


def _some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    """Objects with some of these attributes, and at least one."""
    return st.fixed_dictionaries({}, optional=fields).filter(bool)


def _few(values: st.SearchStrategy[Document]) -> st.SearchStrategy[list[Document]]:
    return st.lists(values, min_size=1, max_size=3)


_attributes = st.fixed_dictionaries(
    {},
    optional={
        "externalId": texts,
        "displayName": texts,
        "title": texts,
        "active": st.booleans(),
        "profileUrl": st.sampled_from(URLS),
        "name": _some(givenName=texts, familyName=texts),
        "emails": st.lists(
            _some(value=texts, type=st.sampled_from(TYPES), primary=st.booleans(), display=texts),
            min_size=1,
            max_size=3,
        ),
        "addresses": st.lists(
            _some(country=texts, type=st.sampled_from(TYPES), primary=st.booleans()), min_size=1, max_size=2
        ),
        "roles": _few(_some(value=texts, primary=st.booleans())),
        "x509Certificates": _few(_some(value=st.sampled_from(BASE64))),
        "enterprise": _some(department=texts, employeeNumber=texts, manager=_some(value=texts)),
    },
)


class World:
    """Users and Groups in order of creation, and who belongs to whom: indexes of Groups and of all resources."""

    def __init__(self, users: list[Resource], groups: list[Resource], memberships: set[tuple[int, int]]) -> None:
        """Keep them."""
        self.users = users
        self.groups = groups
        self.memberships = memberships

    def __repr__(self) -> str:
        """Return what a reader of a failure needs: schemas, and long values whole, would bury it."""
        rows = [
            (resource.version, resource.created, resource.modified, resource.document)
            for resource in self.users + self.groups
        ]
        return f"World({rows}, {self.memberships})".replace("x" * 300, "x…x")

    def page(self, query: Query) -> tuple[list[str], int]:
        """Return the ids that *query* finds, and the total: filtered, sorted and cut in plain Python."""
        rows = self.users if query.resource_type is USER else self.groups
        documents = [self.document(row) for row in rows]
        if query.filter is not None:
            holds = evaluator(query.filter)
            documents = [document for document in documents if holds(document)]
        if query.sort is not None:
            documents = in_order(documents, query.sort)
        ids = [document["id"] for document in documents]
        return ids[query.start_index - 1 :][: query.count], len(ids)

    def document(self, resource: Resource) -> Document:
        """Return the whole representation of *resource*."""
        everybody = self.users + self.groups
        index = everybody.index(resource)
        around = self.around(index) if resource.type is USER else {}
        number = self.groups.index(resource) if resource in self.groups else None
        members = [member for place, member in enumerate(everybody) if (number, place) in self.memberships]
        representation = Representation(
            resource.id,
            resource.type.name,
            resource.type.endpoint,
            resource.version,
            resource.created,
            resource.modified,
            groups=tuple(
                GroupReference(self.groups[one].id, self.groups[one].document["displayName"], around[one])
                for one in sorted(around)
            ),
            members=tuple(MemberReference(one.id, one.type.name) for one in members),
        )
        # What is searched is the version alone, without the stamp that an answer adds for its groups.
        searched = meta(replace(representation, groups=None), Addresses(""))
        return {**resource.document, **computed_attributes(representation, Addresses("")), "meta": searched}

    def around(self, index: int) -> dict[int, bool]:
        """Return which Groups contain the resource with this *index*, and whether it is a member itself."""
        found = {number: True for number, place in self.memberships if place == index}
        for inner in tuple(found):
            found = dict.fromkeys(self.around(len(self.users) + inner), False) | found
        return found


def in_order(documents: list[Document], sort: Sort) -> list[Document]:
    """Return *documents*, which are in order of creation, in that of *sort*."""
    keyed = [(_sort_value(document, sort.target), document) for document in documents]
    missing = [document for value, document in keyed if value is None]
    present = [(value, document) for value, document in keyed if value is not None]
    present.sort(key=lambda pair: pair[0], reverse=sort.descending)
    items = [document for _, document in present]
    return missing + items if sort.descending else items + missing


def _sort_value(document: Document, target: Target) -> Comparable | None:
    values = values_of(document, Target(target.attribute, target.extension))
    marked = [value for value in values if is_object(value) and value.get("primary") is True]
    chosen: Any = (marked or values or [None])[0]
    if is_object(chosen) and target.sub_attribute is not None:
        chosen = chosen.get(target.sub_attribute.name, False if target.sub_attribute.name == "primary" else None)
    return None if chosen is None else comparable(target.leaf)(chosen)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A few Users and Groups."""
    names = draw(st.lists(texts.filter(bool), min_size=1, max_size=6, unique_by=fold))
    group_names = draw(st.lists(texts.filter(bool), max_size=4, unique_by=fold))
    made = [user(name, **draw(_attributes)) for name in names]
    made += [group(name, **draw(st.fixed_dictionaries({}, optional={"externalId": texts}))) for name in group_names]
    dated = [
        replace(
            resource,
            id=IDS[number],
            version=draw(st.sampled_from([1, 2, 10])),
            created=draw(st.sampled_from(SECONDS)),
            modified=draw(st.sampled_from(SECONDS)),
        )
        for number, resource in enumerate(made)
    ]
    pairs = [
        (number, place)
        for number in range(len(group_names))
        for place in range(len(names) + number)  # Users, and Groups before this one: no cycles
    ]
    memberships = draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    return World(dated[: len(names)], dated[len(names) :], memberships)
