"""Sequences of requests, whichever Hypothesis thinks of, answered as a model over dictionaries answers them.

model.py is the model. Each rule sends one request; after each, everything that is served is compared.
"""

import tempfile
from pathlib import Path as Folder
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP_URN, USER_URN
from scim_plugin.provisioning.integration import Deprovisioning
from tests.conformance.model import Operation, Path, Refused, Selection, World, comparable, folded, patched
from tests.conformance.scim import ERROR, PATCH_OP, Scim
from tests.http.conftest import open_store

CORE = {"User": USER_URN, "Group": GROUP_URN}
TYPES = ("User", "Group")
MOST = 5
"""Resources of one type that are made in one run: few enough that they get in each other's way."""

# -------------------------------------------------------------------------------------------------- what clients say

NAMES = st.sampled_from(["alice", "ALICE", "Bob", "bob", "Straße", "STRASSE", "carol"])
TEXTS = st.sampled_from(["x", "X", "Guide", "Ünï \U0001f600", 'a "quoted" \\ text'])
FLAGS = st.booleans()
WRONG = st.sampled_from([7, ["x"], "wrong"])
SPELLINGS = st.sampled_from([str, str, str.lower, str.upper])


def _values(*types):
    parts = {"value": st.sampled_from(["a@x.example", "b@x.example"]), "type": st.sampled_from(types)}
    rest = {"display": TEXTS, "primary": FLAGS}
    whole = st.fixed_dictionaries({}, optional={**parts, **rest}).filter(bool)
    return st.fixed_dictionaries(parts, optional=rest) | whole


MAILS = _values("work", "home")
ROLES = _values("work", "Work", "other")
PERSON = st.fixed_dictionaries({}, optional={"givenName": TEXTS | st.none(), "familyName": TEXTS})
MANAGER = st.fixed_dictionaries({"value": st.sampled_from(["26", "27"])})
WORK = st.fixed_dictionaries({}, optional={"department": TEXTS, "costCenter": TEXTS | st.none(), "manager": MANAGER})
OF_USER = {
    "userName": NAMES,
    "externalId": TEXTS,
    "title": TEXTS,
    "active": FLAGS,
    "name": PERSON,
    "emails": st.lists(MAILS, max_size=3),
    "roles": st.lists(ROLES, max_size=2),
    ENTERPRISE_USER_URN: WORK,
}
OF_GROUP = {"displayName": NAMES, "externalId": TEXTS}
IGNORED = st.fixed_dictionaries(
    {},
    optional={
        "id": st.just("other"),
        "meta": st.just({"version": 'W/"99"', "created": "2001-01-01T00:00:00Z"}),
        "groups": st.just([{"value": "admins"}]),
        "title": st.none(),
        "emails": st.just([]),
    },
)


def _body(name, attributes):
    rest = {key: value for key, value in attributes.items() if key != name}
    sound = st.fixed_dictionaries({name: attributes[name]}, optional=rest)
    unsound = st.one_of(
        st.fixed_dictionaries({}, optional=rest),
        st.fixed_dictionaries({name: st.just("") | st.none()}, optional=rest),
        st.fixed_dictionaries({name: attributes[name], "active": st.just("yes"), "title": st.just(7)}),
    )
    known = st.builds(lambda body, more: {**more, **body}, sound, IGNORED) if name == "userName" else sound
    return st.one_of(sound, sound, sound, known, known, unsound)


BODIES = {"User": _body("userName", OF_USER), "Group": _body("displayName", OF_GROUP)}

# Filters of one value of a multi-valued attribute. A caseExact false string is compared without regard to case.
VALUE_TESTS = st.sampled_from(
    [
        Selection('type eq "WORK"', lambda value: folded(value.get("type", "")) == "work"),
        Selection('type eq "home"', lambda value: folded(value.get("type", "")) == "home"),
        Selection('value sw "A@"', lambda value: value.get("value", "").startswith("a@")),
        Selection("primary eq true", lambda value: value.get("primary") is True),
        Selection("display pr", lambda value: "display" in value),
        Selection("not (display pr)", lambda value: "display" not in value),
        Selection('value pr and not (type eq "work")', lambda v: "value" in v and folded(v.get("type", "")) != "work"),
        Selection(
            'type eq "home" or value co "B@X"', lambda v: v.get("type") == "home" or v.get("value", "")[:3] == "b@x"
        ),
    ]
)


def _operations(verbs, path, values):
    """Return operations at this *path*, often with a value that fits, now and then with none or a wrong one."""
    value = st.one_of(values, values, values, values, st.none(), WRONG)
    return st.builds(Operation, st.sampled_from(verbs), path, value, SPELLINGS)


SET, ALL = ("add", "replace"), ("add", "replace", "remove")
URN = ENTERPRISE_USER_URN


def _of_values(name, values):
    """Return operations on a multi-valued attribute: all of it, a part of each value, selected values, their parts."""
    parts = {"value": st.sampled_from(["a@x.example", "c@x.example"]), "type": st.sampled_from(["work", "home"])}
    parts |= {"display": TEXTS, "primary": FLAGS}
    tested = [
        _operations(ALL, st.builds(lambda test, sub=sub: Path(name, sub, test=test), VALUE_TESTS), part)
        for sub, part in parts.items()
    ]
    return st.one_of(
        _operations(ALL, st.just(Path(name)), st.lists(values, max_size=3)),
        _operations(("add",), st.just(Path(name)), values),
        _operations(("remove",), st.sampled_from([Path(name, sub) for sub in parts]), st.none()),
        _operations(ALL, st.builds(lambda test: Path(name, test=test), VALUE_TESTS), values),
        *tested,
    )


ON_USER = st.one_of(
    *[
        _operations(ALL if name != "userName" else (*SET, *SET, "remove"), st.just(Path(name)), values)
        for name, values in OF_USER.items()
        if name not in {"emails", "roles"}
    ],
    _operations(ALL, st.sampled_from([Path("name", "givenName"), Path("name", "familyName")]), TEXTS),
    _operations(ALL, st.sampled_from([Path("department", urn=URN), Path("costCenter", urn=URN)]), TEXTS),
    _operations(ALL, st.just(Path("manager", "value", urn=URN)), st.sampled_from(["26", "27"])),
    _operations(ALL, st.just(Path("manager", urn=URN)), MANAGER),
    _operations(SET, st.none(), st.fixed_dictionaries({}, optional=OF_USER)),
    _operations(ALL, st.sampled_from([Path("id"), Path("groups"), Path("meta", "created"), Path("nosuch")]), TEXTS),
    _of_values("emails", MAILS),
    _of_values("roles", ROLES),
)
ON_GROUP = st.one_of(
    _operations((*SET, *SET, "remove"), st.just(Path("displayName")), NAMES),
    _operations(ALL, st.just(Path("externalId")), TEXTS),
    _operations(SET, st.none(), st.fixed_dictionaries({}, optional=OF_GROUP)),
)

FILTERS = {
    "User": [
        Selection('userName eq "ALICE"', lambda r: folded(r["userName"]) == "alice"),
        Selection('userName eq "strasse"', lambda r: folded(r["userName"]) == "strasse"),
        Selection('title sw "gui"', lambda r: folded(r.get("title", "")).startswith("gui")),
        Selection('externalId eq "X"', lambda r: r.get("externalId") == "X"),
        Selection("active eq true", lambda r: r.get("active") is True),
        Selection("not (name.givenName pr)", lambda r: "givenName" not in r.get("name", {})),
        Selection('emails.value co "A@X"', lambda r: any("a@x" in e.get("value", "") for e in r.get("emails", []))),
        Selection(
            'emails[type eq "work" and primary eq true]',
            lambda r: any(e.get("type") == "work" and e.get("primary") is True for e in r.get("emails", [])),
        ),
        Selection(f'{URN}:department eq "guide"', lambda r: folded(r.get(URN, {}).get("department", "")) == "guide"),
        Selection(f'{URN}:manager.value eq "26"', lambda r: r.get(URN, {}).get("manager") == {"value": "26"}),
        Selection('groups.display sw "b"', lambda r: any(folded(g["display"])[0] == "b" for g in r.get("groups", []))),
        Selection('groups.type eq "indirect"', lambda r: any(g["type"] == "indirect" for g in r.get("groups", []))),
    ],
    "Group": [
        Selection('displayName eq "BOB"', lambda r: folded(r["displayName"]) == "bob"),
        Selection("externalId pr and members pr", lambda r: "externalId" in r and "members" in r),
        Selection('members.type eq "group"', lambda r: any(m["type"] == "Group" for m in r.get("members", []))),
        Selection("not (members pr)", lambda r: "members" not in r),
    ],
}

# --------------------------------------------------------------------------------------------------------- the machine

_WHICH = st.integers(0, MOST - 1)
_TYPE = st.sampled_from(TYPES)
_WHO = st.lists(st.tuples(_TYPE, _WHICH), max_size=3)


class Requests(RuleBasedStateMachine):
    """One integration that nobody has used before, its model, and what was served last."""

    store_kind: ClassVar[str]

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_store(self.store_kind, Folder(self.folder.name))
        # A member that is only suspended keeps its name in the host, which is not of the RFC.
        self.scim = Scim.over(self.store).of_tenant("model", deprovisioning=Deprovisioning.ERASE)
        self.world = World()
        self.ids = {"User": [], "Group": []}
        self.served = {}
        self.tags = {}

    def teardown(self):
        if self.store_kind != "memory":
            self.store.close()
        self.folder.cleanup()

    # What a rule needs

    def path(self, resource_type, which):
        """Return the id and the path of one of the resources, alive or not, or of none that ever was."""
        known = self.ids[resource_type]
        chosen = known[which % len(known)] if known else "nobody"
        return chosen, f"/{resource_type}s/{chosen}"

    def members(self, who):
        return [{"value": self.path(resource_type, which)[0]} for resource_type, which in who]

    def expect(self, work, headers, resource_type, chosen):
        """Return what *work* gives, or the refusals that the model has for this request."""
        refusals = []
        if chosen is not None and chosen not in self.world.documents[resource_type]:
            return None, [Refused(404, (None,)), Refused(400, ())]  # what is wrong with the body may be told first
        if headers:
            refusals.append(Refused(412, (None,)))
        try:
            done = work()
        except Refused as refused:
            done = None
            refusals.append(refused)
        except ExceptionGroup as several:
            done = None
            refusals.extend(several.exceptions)
        return done, refusals

    def assert_refused(self, answer, refusals, *, exactly=True):
        assert answer.body["schemas"] == [ERROR], answer
        allowed = {refused.status for refused in refusals} if exactly else {400, 409, 412}
        assert answer.status in allowed, (answer, refusals)
        if exactly and len(refusals) == 1:
            assert answer.body.get("scimType") in refusals[0].scim_types, (answer, refusals)

    def stale(self, resource_type, chosen):
        """Return an entity tag that the resource once had, when it was another one; None without one."""
        current = self._asserted(self.served.get(chosen, {}))
        return next((tag for tag, shown in self.tags.get(chosen, {}).items() if self._asserted(shown) != current), None)

    @staticmethod
    def _asserted(shown):
        return {name: value for name, value in shown.items() if name not in {"groups", "meta"}}

    def headers(self, resource_type, chosen, held):
        """Return the headers for what the client holds, and whether they demand a version that is no more."""
        if held == "right" and chosen in self.served:
            return {"If-Match": self.served[chosen]["meta"]["version"]}, False
        tag = self.stale(resource_type, chosen) if held == "stale" else None
        return ({"If-Match": tag}, True) if tag else ({}, False)

    # Rules

    @rule(resource_type=_TYPE, data=st.data(), who=_WHO)
    def create(self, resource_type, data, who):
        if len(self.ids[resource_type]) >= MOST:
            return
        body = data.draw(BODIES[resource_type])
        if resource_type == "Group" and who:
            body = {**body, "members": self.members(who)}
        asserted, refusals = self.expect(
            lambda: self.world.admitted(resource_type, self.world.checked(resource_type, body)), {}, resource_type, None
        )
        answer = self.scim.post(f"/{resource_type}s", {"schemas": [CORE[resource_type]], **body})
        if refusals:
            self.assert_refused(answer, refusals)
            return
        assert answer.status == 201, answer
        made = answer.body["id"]
        assert answer.headers["Location"] == answer.body["meta"]["location"]
        self.ids[resource_type].append(made)
        self.world.documents[resource_type][made] = asserted
        assert comparable(answer.body) == self.world.shown(resource_type, made)

    @rule(resource_type=_TYPE, which=_WHICH, data=st.data(), who=_WHO, held=st.sampled_from(["", "", "right", "stale"]))
    def replace(self, resource_type, which, data, who, held):
        chosen, path = self.path(resource_type, which)
        body = data.draw(BODIES[resource_type])
        if resource_type == "Group" and who:
            body = {**body, "members": self.members(who)}
        headers, outdated = self.headers(resource_type, chosen, held)
        asserted, refusals = self.expect(
            lambda: self.world.admitted(resource_type, self.world.checked(resource_type, body), chosen),
            outdated,
            resource_type,
            chosen,
        )
        answer = self.scim.ask("PUT", path, {"schemas": [CORE[resource_type]], **body}, headers=headers)
        self.changed(answer, refusals, resource_type, chosen, asserted)

    @rule(which=_WHICH, data=st.data(), held=st.sampled_from(["", "", "right", "stale"]))
    def modify_user(self, which, data, held):
        self.modify("User", which, data.draw(st.lists(ON_USER, min_size=1, max_size=3)), held)

    @rule(which=_WHICH, data=st.data(), held=st.sampled_from(["", "", "right", "stale"]))
    def modify_group(self, which, data, held):
        self.modify("Group", which, data.draw(st.lists(ON_GROUP, min_size=1, max_size=2)), held)

    @precondition(lambda self: self.ids["Group"])
    @rule(
        which=_WHICH,
        changes=st.lists(st.tuples(st.sampled_from([*ALL, "only", "of type"]), _WHO), min_size=1, max_size=3),
        renamed=st.none() | ON_GROUP,
    )
    def change_members(self, which, changes, renamed):
        operations = [operation for verb, who in changes for operation in self.of_members(verb, who)]
        self.modify("Group", which, [*operations, *([renamed] if renamed else [])], "")

    def of_members(self, verb, who):
        members = self.members(who)
        if verb in SET:
            yield Operation(verb, Path("members"), members)
        elif verb == "only":
            yield Operation("add", None, {"members": members})
        elif verb == "of type":
            kind = who[0][0] if who else "User"
            alive = self.world.documents[kind]
            yield Operation(
                "remove", Path("members", test=Selection(f'type eq "{kind}"', lambda m: m["value"] in alive))
            )
        elif not members:
            yield Operation("remove", Path("members"))
        for member in members if verb == "remove" else ():
            one = member["value"]
            test = Selection(f'value eq "{one}"', lambda m, one=one: m["value"] == one)
            yield Operation("remove", Path("members", test=test))

    def modify(self, resource_type, which, operations, held):
        chosen, path = self.path(resource_type, which)
        headers, outdated = self.headers(resource_type, chosen, held)

        def work():
            document = self.world.documents[resource_type][chosen]
            return self.world.admitted(resource_type, patched(document, operations, resource_type), chosen)

        asserted, refusals = self.expect(work, outdated, resource_type, chosen)
        body = {"schemas": [PATCH_OP], "Operations": [operation.sent() for operation in operations]}
        answer = self.scim.ask("PATCH", path, body, headers=headers)
        self.changed(answer, refusals, resource_type, chosen, asserted, exactly=len(operations) == 1)

    def changed(self, answer, refusals, resource_type, chosen, asserted, *, exactly=True):
        """Compare the answer to a PUT or PATCH, and let the model do what was asked for."""
        if refusals:
            self.assert_refused(answer, refusals, exactly=exactly or refusals[0].status == 404)
            return
        assert answer.status in {200, 204}, answer
        self.world.documents[resource_type][chosen] = asserted
        if answer.status == 200:
            assert comparable(answer.body) == self.world.shown(resource_type, chosen)
        else:
            assert answer.headers["ETag"]

    @rule(resource_type=_TYPE, which=_WHICH, held=st.sampled_from(["", "right", "stale"]))
    def delete(self, resource_type, which, held):
        chosen, path = self.path(resource_type, which)
        headers, outdated = self.headers(resource_type, chosen, held)
        _, refusals = self.expect(lambda: None, outdated, resource_type, chosen)
        answer = self.scim.ask("DELETE", path, headers=headers)
        if refusals:
            self.assert_refused(answer, refusals)
            return
        assert (answer.status, answer.body) == (204, None)
        self.world.remove(resource_type, chosen)

    @rule(resource_type=_TYPE, data=st.data())
    def find(self, resource_type, data):
        test = data.draw(st.sampled_from(FILTERS[resource_type]))
        shown = [self.world.shown(resource_type, one) for one in self.world.documents[resource_type]]
        expected = {resource["id"] for resource in shown if test.holds(resource)}
        answer = self.scim.get(f"/{resource_type}s", filter=test.text)
        assert {resource["id"] for resource in answer.resources} == expected
        assert answer.body["totalResults"] == len(expected)

    # What always holds

    @invariant()
    def everything_is_as_the_model_has_it(self):
        for resource_type in TYPES:
            alive = self.world.documents[resource_type]
            listed = self.scim.get(f"/{resource_type}s")
            assert listed.body["totalResults"] == len(alive)
            by_id = {resource["id"]: resource for resource in listed.body.get("Resources", [])}
            assert by_id.keys() == alive.keys()
            for one in self.ids[resource_type]:
                answer = self.scim.get(f"/{resource_type}s/{one}")
                if one not in alive:
                    assert answer.status == 404
                    continue
                assert comparable(answer.body) == self.world.shown(resource_type, one)
                assert by_id[one] == answer.body
                assert answer.headers["ETag"] == answer.body["meta"]["version"]
                self.remember(one, answer.body)

    def remember(self, one, body):
        """Compare *body* with what was served before: another version is another resource, and the other way round."""
        before, version = self.served.get(one), body["meta"]["version"]
        shown = {name: value for name, value in body.items() if name != "meta"}
        if before is not None:
            same = {name: value for name, value in before.items() if name != "meta"} == shown
            assert (before["meta"]["version"] == version) == same, (before, body)
            assert before["meta"]["created"] == body["meta"]["created"]
            if self._asserted(before) == self._asserted(body):
                assert before["meta"]["lastModified"] == body["meta"]["lastModified"]
        assert comparable(self.tags.setdefault(one, {}).setdefault(version, shown)) == comparable(shown)
        self.served[one] = body


class RequestsOverMemory(Requests):
    """The requests over the memory store."""

    store_kind = "memory"


class RequestsOverSqlite(Requests):
    """The requests over SQLite."""

    store_kind = "sqlite"


_CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much]
TestOverMemory = RequestsOverMemory.TestCase
TestOverMemory.settings = settings(
    max_examples=120, stateful_step_count=30, deadline=None, suppress_health_check=_CHECKS
)
TestOverSqlite = RequestsOverSqlite.TestCase
TestOverSqlite.settings = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=_CHECKS
)
