"""Generated queries for the law of the store: filters of every kind, sorts and pages. Needs Hypothesis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from hypothesis import strategies as st

from scim_plugin.protocol.comparison import bind, bind_path
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP, USER
from scim_plugin.protocol.filter import And, Comparison, Filter, Literal_, Not, Operator, Or, Presence, ValueFilter
from scim_plugin.protocol.leniency import STRICT
from scim_plugin.protocol.path import AttributePath, match_attribute_path
from scim_plugin.protocol.query import Query, Sort
from scim_plugin.protocol.text import format_date_time
from scim_pytest.worlds import BASE64, IDS, SECONDS, TEXTS, TYPES, URLS

Paths: TypeAlias = dict[str, tuple[list[Operator], st.SearchStrategy[Literal_]]]
"""Attribute paths: the operators that each may be compared by, and the values with which."""

_texts: st.SearchStrategy[Literal_] = st.sampled_from(TEXTS)
_booleans: st.SearchStrategy[Literal_] = st.booleans()
_base64: st.SearchStrategy[Literal_] = st.sampled_from(BASE64)
_TEXT: list[Operator] = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]
_ORDER: list[Operator] = ["eq", "ne", "gt", "ge", "lt", "le"]
_EQUAL: list[Operator] = ["eq", "ne"]
_ids: st.SearchStrategy[Literal_] = st.sampled_from([*IDS, IDS[0].upper(), "0000"])
_types: st.SearchStrategy[Literal_] = st.sampled_from([*TYPES, "o"])
_names: st.SearchStrategy[Literal_] = st.sampled_from(["User", "user", "Group"])
_directness: st.SearchStrategy[Literal_] = st.sampled_from(["direct", "DIRECT", "indirect"])
_urls: st.SearchStrategy[Literal_] = st.sampled_from([*URLS, "https://", "/a"])
_times: st.SearchStrategy[Literal_] = st.sampled_from(
    ["2023-11-14T23:13:20+01:00", *(format_date_time(moment) for moment in SECONDS)]
)
_versions: st.SearchStrategy[Literal_] = st.sampled_from(['W/"1"', 'W/"2"', 'W/"10"', 'w/"1"', "W"])
_urns: st.SearchStrategy[Literal_] = st.sampled_from([ENTERPRISE_USER_URN, USER.schema.id, "urn"])
_departments = f"{ENTERPRISE_USER_URN}:department"

USER_PATHS: Paths = {
    "userName": (_TEXT, _texts),
    "displayName": (_TEXT, _texts),
    "title": (_TEXT, _texts),
    "nickName": (_TEXT, _texts),
    "externalId": (_TEXT, _texts),
    "name.givenName": (_TEXT, _texts),
    "name.familyName": (_TEXT, _texts),
    "profileUrl": (_TEXT, _urls),
    "emails": (_TEXT, _texts),
    "emails.value": (_TEXT, _texts),
    "emails.type": (_TEXT, _types),
    "emails.display": (_TEXT, _texts),
    "emails.primary": (_EQUAL, _booleans),
    "addresses.country": (_TEXT, _texts),
    "roles": (_TEXT, _texts),
    "roles.primary": (_EQUAL, _booleans),
    "x509Certificates.value": (_EQUAL, _base64),
    "active": (_EQUAL, _booleans),
    _departments: (_TEXT, _texts),
    f"{ENTERPRISE_USER_URN}:employeeNumber": (_TEXT, _texts),
    f"{ENTERPRISE_USER_URN}:manager.value": (_TEXT, _texts),
    f"{ENTERPRISE_USER_URN}:manager": (_TEXT, _texts),
    "id": (_TEXT, _ids),
    "schemas": (_TEXT, _urns),
    "meta.created": (_ORDER, _times),
    "meta.lastModified": (_ORDER, _times),
    "meta.version": (_TEXT, _versions),
    "meta.resourceType": (_TEXT, _names),
    "groups": (_TEXT, _ids),
    "groups.value": (_TEXT, _ids),
    "groups.display": (_TEXT, _texts),
    "groups.type": (_TEXT, _directness),
}
GROUP_PATHS: Paths = {
    "displayName": (_TEXT, _texts),
    "externalId": (_TEXT, _texts),
    "members": (_TEXT, _ids),
    "members.value": (_TEXT, _ids),
    "members.type": (_TEXT, _names),
    "meta.created": (_ORDER, _times),
    "meta.resourceType": (_TEXT, _names),
    "id": (_TEXT, _ids),
}
USER_BRACKETS: dict[str, Paths] = {
    "emails": {
        "value": (_TEXT, _texts),
        "type": (_TEXT, _types),
        "display": (_TEXT, _texts),
        "primary": (_EQUAL, _booleans),
    },
    "addresses": {"country": (_TEXT, _texts), "type": (_TEXT, _types), "primary": (_EQUAL, _booleans)},
    "roles": {"value": (_TEXT, _texts), "primary": (_EQUAL, _booleans)},
    "name": {"givenName": (_TEXT, _texts), "familyName": (_TEXT, _texts)},
    f"{ENTERPRISE_USER_URN}:manager": {"value": (_TEXT, _texts)},
    "groups": {"value": (_TEXT, _ids), "display": (_TEXT, _texts), "type": (_TEXT, _directness)},
    "meta": {"created": (_ORDER, _times), "resourceType": (_TEXT, _names)},
}
GROUP_BRACKETS: dict[str, Paths] = {"members": {"value": (_TEXT, _ids), "type": (_TEXT, _names)}}


def _path(text: str) -> AttributePath:
    path = match_attribute_path(text)
    assert path is not None
    return path


@st.composite
def _terms(draw: st.DrawFn, paths: Paths) -> Filter:
    path = draw(st.sampled_from(sorted(paths)))
    operators, values = paths[path]
    kind = draw(st.sampled_from(["compare", "compare", "compare", "pr", "null"]))
    if kind == "pr":
        return Presence(_path(path))
    if kind == "null":
        return Comparison(_path(path), draw(st.sampled_from(_EQUAL)), None)
    return Comparison(_path(path), draw(st.sampled_from(operators)), draw(values))


def _trees(terms: st.SearchStrategy[Filter], leaves: int) -> st.SearchStrategy[Filter]:
    return st.recursive(
        terms,
        lambda parts: st.one_of(
            st.builds(Not, parts),
            st.builds(And, st.lists(parts, min_size=2, max_size=3).map(tuple)),
            st.builds(Or, st.lists(parts, min_size=2, max_size=3).map(tuple)),
        ),
        max_leaves=leaves,
    )


def _value_filters(brackets: dict[str, Paths]) -> st.SearchStrategy[Filter]:
    return st.one_of(
        [st.builds(ValueFilter, st.just(_path(path)), _trees(_terms(brackets[path]), 3)) for path in sorted(brackets)]
    )


def _whole(brackets: dict[str, Paths]) -> st.SearchStrategy[Filter]:
    return st.sampled_from(sorted(brackets)).map(lambda path: Presence(_path(path)))


def _filters(paths: Paths, brackets: dict[str, Paths]) -> st.SearchStrategy[Filter]:
    return _trees(st.one_of(_terms(paths), _terms(paths), _value_filters(brackets), _whole(brackets)), 5)


user_filters = _filters(USER_PATHS, USER_BRACKETS)
"""Filters of every kind for Users, not bound yet: what fails is then easy to read."""


@dataclass(frozen=True, repr=False)
class Question:
    """A query as a client would write it."""

    resource_type: str
    filter: Filter | None
    sort_by: str | None
    descending: bool
    start_index: int
    count: int
    with_groups: bool
    with_members: bool

    def __repr__(self) -> str:
        """Return the question on one line, the filter in its own language."""
        order = f"{self.sort_by} {'descending' if self.descending else 'ascending'}"
        page = f"{self.start_index}+{self.count}"
        return f"Question({self.resource_type}, {self.filter}, {order}, {page})".replace("x" * 300, "x…x")

    def query(self) -> Query:
        """Return the typed query."""
        resource_type = USER if self.resource_type == "User" else GROUP
        return Query(
            resource_type,
            None if self.filter is None else bind(self.filter, resource_type, STRICT),
            None
            if self.sort_by is None
            else Sort(bind_path(_path(self.sort_by), resource_type, STRICT), self.descending),
            self.start_index,
            self.count,
            self.with_groups,
            self.with_members,
        )


def _questions(resource_type: str, paths: Paths, filters: st.SearchStrategy[Filter]) -> st.SearchStrategy[Question]:
    return st.builds(
        Question,
        st.just(resource_type),
        st.none() | filters | filters,
        st.none() | st.sampled_from(sorted(paths)),
        st.booleans(),
        st.sampled_from([1, 1, 1, 2, 4, 50]),
        st.sampled_from([100, 100, 100, 0, 1, 2]),
        st.booleans(),
        st.booleans(),
    )


_user_questions = _questions("User", USER_PATHS, user_filters)
questions = _user_questions | _user_questions | _questions("Group", GROUP_PATHS, _filters(GROUP_PATHS, GROUP_BRACKETS))
"""Queries for Users, and now and then for Groups."""
