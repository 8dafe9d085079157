"""The law of nested groups: after any requests, the host has the members that a walk through the groups finds."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scim_memory import MemoryStore
from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.errors import InvalidValue
from scim_plugin.provisioning.integration import NestedGroups
from scim_plugin.use_cases.integration_draft import IntegrationDraft
from scim_plugin.use_cases.integrations import UpdateIntegration

FLATTEN, IGNORE = NestedGroups.FLATTEN, NestedGroups.IGNORE
USERS, GROUPS = range(4), range(5)
_users, _groups = st.sampled_from(USERS), st.sampled_from(GROUPS)
_some = st.lists(st.one_of(_users.map(lambda n: ("u", n)), _groups.map(lambda n: ("g", n))), max_size=3, unique=True)
_steps = st.one_of(
    st.tuples(st.just("patch"), _groups, _some, _some),
    st.tuples(st.just("patch"), _groups, _some, _some),
    st.tuples(st.just("put"), _groups, _some),
    st.tuples(st.just("delete_group"), _groups),
    st.tuples(st.just("delete_user"), _users),
    st.tuples(st.just("join_by_hand"), _groups, _users),
    st.tuples(st.just("lose_member"), _users),
    st.tuples(st.just("write_user"), _users),
    st.tuples(st.just("lose_group"), _groups),
    st.tuples(st.just("write_group"), _groups),
    st.tuples(st.just("set"), st.sampled_from([FLATTEN, IGNORE])),
)


class Model:
    """Sets, and a walk through them for every question; beside it the real thing, whose host must look the same."""

    def __init__(self, idp):
        self.idp = idp
        self.store = store = idp.store
        self.update = UpdateIntegration(store.open_unit, store.members, store.groups)
        self.numbers = iter(range(1000))
        self.things = {}
        self.names = {}
        self.members = {}
        self.by_hand = set()
        self.lost = set()
        self.flattens = True
        for number in USERS:
            self.make(("u", number))
        for number in GROUPS:
            self.make(("g", number))

    def make(self, thing):
        self.names[thing] = name = f"{thing[0]}{next(self.numbers)}"
        if thing[0] == "u":
            self.things[thing] = self.idp.post_user(name).id
        else:
            self.things[thing] = self.idp.post_group(name).id
            self.members[thing] = set()

    def within(self, group, *, deeply):
        inside = set()
        for member in self.members[group]:
            inside.add(member)
            if deeply and member[0] == "g":
                inside |= self.within(member, deeply=True)
        return inside

    def expected(self, group):
        users = {one for one in self.within(group, deeply=self.flattens) if one[0] == "u" and one not in self.lost}
        return users | {user for holder, user in self.by_hand if holder == group}

    def found(self, group):
        links = {self.idp.link(self.things[one]).target: one for one in self.things if one[0] == "u"}
        # A User that was deleted leaves behind what its member has by hand.
        return {links[member] for member in self.idp.host_members(self.things[group]) if member in links}

    def target(self, thing):
        return self.idp.link(self.things[thing], USER if thing[0] == "u" else GROUP).target

    def forget(self, thing):
        self.by_hand = {pair for pair in self.by_hand if thing not in pair}
        self.lost.discard(thing)

    def ask(self, group, wanted, request):
        joining = {one for one in wanted - self.members[group] if one[0] == "g"}
        if any(one == group or group in self.within(one, deeply=True) for one in joining):
            with pytest.raises(InvalidValue):
                request()
            return
        request()
        self.members[group] = wanted
        self.lost.discard(group)

    def patch(self, number, joining, leaving):
        group = ("g", number)
        leaving = [one for one in leaving if one not in joining]
        operations = [("remove", f'members[value eq "{self.things[one]}"]') for one in leaving]
        operations.append(("add", "members", [{"value": self.things[one]} for one in joining]))
        wanted = self.members[group] - set(leaving) | set(joining)
        self.ask(group, wanted, lambda: self.idp.patch_group(self.things[group], *operations))

    def put(self, number, members):
        group = ("g", number)
        values = [{"value": self.things[one]} for one in members]
        self.ask(group, set(members), lambda: self.idp.put_group(self.things[group], self.names[group], members=values))

    def delete_group(self, number):
        self.idp.delete(self.things["g", number], GROUP)
        self.forget(("g", number))
        for members in self.members.values():
            members.discard(("g", number))
        self.make(("g", number))

    def delete_user(self, number):
        self.idp.delete(self.things["u", number])
        self.forget(("u", number))
        for members in self.members.values():
            members.discard(("u", number))
        self.make(("u", number))

    def join_by_hand(self, group, user):
        group, user = ("g", group), ("u", user)
        if group not in self.lost and user not in self.lost | self.expected(group):
            self.store.groups.change_members("default", self.target(group), [self.target(user)], [])
            self.by_hand.add((group, user))

    def lose_member(self, number):
        self.store.members.remove("default", self.target(("u", number)))
        self.forget(("u", number))
        self.lost.add(("u", number))

    def write_user(self, number):
        self.idp.patch(self.things["u", number], ("replace", "title", str(next(self.numbers))))
        self.lost.discard(("u", number))

    def lose_group(self, number):
        self.store.groups.remove("default", self.target(("g", number)))
        self.forget(("g", number))
        self.lost.add(("g", number))

    def write_group(self, number):
        self.names["g", number] = name = f"g{next(self.numbers)}"
        self.idp.patch_group(self.things["g", number], ("replace", "displayName", name))
        self.lost.discard(("g", number))

    def set(self, nested_groups):
        updated = self.update(self.idp.integration.id, IntegrationDraft(nested_groups=nested_groups))
        self.idp.integration = updated.integration
        self.flattens = nested_groups is FLATTEN


@given(st.lists(_steps, max_size=25))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_host_has_the_members_that_a_walk_through_the_groups_finds(connect_to, steps):
    model = Model(connect_to(MemoryStore()))
    for verb, *arguments in steps:
        getattr(model, verb)(*arguments)
        for group in model.members:
            if group not in model.lost:
                assert model.found(group) == model.expected(group), (verb, arguments, group)
            for user in USERS:
                told = model.idp.read(model.things["u", user]).groups
                holds = {reference.id: reference.direct for reference in told}
                assert (model.things[group] in holds) == (("u", user) in model.within(group, deeply=True))
                assert holds.get(model.things[group], False) == (("u", user) in model.members[group])
