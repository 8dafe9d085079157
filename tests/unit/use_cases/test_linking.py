"""Which member a User is: ordered keys, exactly one match, and never a guess."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scim_plugin.protocol.errors import Uniqueness
from scim_plugin.provisioning.events import MemberLinked
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.mapping import rule
from scim_plugin.provisioning.member import MAX_MATCHES

WORK_MAIL = (rule("userName", "username"), rule('emails[type eq "work"].value', "email"), rule("active", "active"))
NO_MAIL = (rule("userName", "username"), rule("active", "active"))
TENANTS = count()


@pytest.fixture
def keyed(store, connect):
    """An integration that keeps the external ID in a field of the host."""
    store.members.add_field("object_id")
    return connect(external_id_key="object_id")


def emails(*values):
    return [{"type": kind, "value": value, **({"primary": True} if primary else {})} for kind, value, primary in values]


# ------------------------------------------------------------------------------------------------------------ the tiers


def test_a_user_that_nobody_matches_becomes_a_new_member(idp, host, sink):
    user = idp.post_user("kim@example.com")
    (member,) = host.members()
    assert idp.link(user).target == member.id
    assert idp.link(user).tier is Tier.CREATE
    assert sink.heard(MemberLinked) == [MemberLinked("default", "integration-1", member.id, Tier.CREATE)]


def test_a_user_is_the_member_whose_key_field_holds_its_external_id(keyed, host):
    member = host.member("somebody", object_id="ID-1")
    user = keyed.post_user("kim@example.com", externalId="ID-1")
    assert (keyed.link(user).target, keyed.link(user).tier) == (member, Tier.EXTERNAL_ID)
    assert host.get(member).fields["username"] == "kim@example.com"


def test_external_ids_are_compared_exactly(keyed, host):
    member = host.member("somebody", object_id="ID-1")
    assert keyed.link(keyed.post_user("kim@example.com", externalId="id-1")).target != member


def test_a_user_without_an_external_id_is_not_looked_for_by_it(keyed, host):
    host.member("somebody", object_id="")
    assert keyed.link(keyed.post_user("kim@example.com")).tier is Tier.CREATE


def test_without_a_key_field_the_external_id_matches_nobody(store, idp, host):
    store.members.add_field("object_id")
    host.member("somebody", object_id="ID-1")
    assert idp.link(idp.post_user("kim@example.com", externalId="ID-1")).tier is Tier.CREATE


def test_an_external_id_is_never_taken_for_a_member_id(idp, host):
    member = host.member("somebody")
    user = idp.post_user("kim@example.com", externalId=member, id=member)
    assert idp.link(user).target != member


def test_the_external_id_of_a_new_member_is_kept_in_its_key_field(keyed, host):
    keyed.post_user("kim@example.com", externalId="ID-1")
    assert host.members()[0].fields["object_id"] == "ID-1"


def test_a_user_is_the_member_with_its_e_mail_address(idp, host):
    member = host.member("somebody", email="kim@example.com")
    user = idp.post_user("kim@example.com")
    assert (idp.link(user).target, idp.link(user).tier) == (member, Tier.EMAIL)


@pytest.mark.parametrize("spelling", ["KIM@Example.COM", "kim@ｅxample.com", " kim@example.com "])
def test_e_mail_addresses_are_compared_whole_without_regard_to_case_and_width(idp, host, spelling):
    member = host.member("somebody", email="kim@example.com")
    assert idp.link(idp.post_user(spelling)).target == member


@pytest.mark.parametrize("spelling", ["k.im@example.com", "kim+x@example.com", "akim@example.com", "kim@example.com.x"])
def test_a_similar_e_mail_address_is_another_one(idp, host, spelling):
    member = host.member("somebody", email="kim@example.com")
    assert idp.link(idp.post_user(spelling)).target != member


def test_the_e_mail_address_is_the_value_that_the_mapping_gives_the_hosts_field(connect, host):
    idp = connect(mapping=WORK_MAIL)
    named, mailed = host.member("a", email="kim@corp.example"), host.member("b", email="kim@example.com")
    user = idp.post_user("kim@corp.example", emails=emails(("home", "x@y", True), ("work", "kim@example.com", False)))
    assert idp.link(user).target == mailed
    assert host.get(named).fields["username"] == "a"


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (emails(("home", "home@x", True), ("work", "work@x", False)), "home@x"),
        (emails(("home", "home@x", False), ("work", "work@x", False)), "work@x"),
        (emails(("home", "home@x", False), ("Work", "work@x", False)), "work@x"),
        (emails(("home", "home@x", False)), None),
        ([{"type": "work", "display": "no value"}], None),
        ([], None),
    ],
)
def test_where_no_rule_gives_the_e_mail_field_the_primary_or_work_address_counts(connect, host, addresses, expected):
    idp = connect(mapping=NO_MAIL)
    members = {email: host.member(email, email=email) for email in ("home@x", "work@x")}
    user = idp.post_user("kim", emails=addresses)
    if expected is None:
        assert idp.link(user).tier is Tier.CREATE
    else:
        assert idp.link(user).target == members[expected]


def test_a_blank_address_matches_nobody(connect, host):
    idp = connect(mapping=WORK_MAIL)
    host.member("somebody", email="")
    assert idp.link(idp.post_user("kim", emails=[{"type": "work", "value": "  "}])).tier is Tier.CREATE


def test_a_host_without_e_mail_addresses_is_not_asked_for_them(store, idp, host):
    store.members.email_field = None
    host.member("somebody", email="kim@example.com")
    assert idp.link(idp.post_user("kim@example.com")).tier is Tier.CREATE


# ------------------------------------------------------------------------------------------------------------ the order


def test_the_external_id_decides_before_the_e_mail_address(keyed, host):
    by_key = host.member("a", object_id="ID-1")
    host.member("b", email="kim@example.com")
    assert keyed.link(keyed.post_user("kim@example.com", externalId="ID-1")).target == by_key


def test_the_order_can_be_changed(keyed, host):
    host.member("a", object_id="ID-1")
    by_mail = host.member("b", email="kim@example.com")
    keyed.set(linking=(Tier.EMAIL, Tier.EXTERNAL_ID, Tier.CREATE))
    user = keyed.post_user("kim@example.com", externalId="ID-1")
    assert (keyed.link(user).target, keyed.link(user).tier) == (by_mail, Tier.EMAIL)


def test_a_key_that_is_switched_off_matches_nobody(connect, host):
    idp = connect(linking=(Tier.LINK, Tier.EXTERNAL_ID, Tier.CREATE))
    member = host.member("somebody", email="kim@example.com")
    assert idp.link(idp.post_user("kim@example.com")).target != member


def test_without_the_create_key_a_user_that_nobody_matches_is_refused(connect, host, snapshot):
    idp = connect(linking=(Tier.LINK, Tier.EXTERNAL_ID, Tier.EMAIL))
    before = snapshot()
    with pytest.raises(Uniqueness, match="does not create members") as refusal:
        idp.post_user("kim@example.com")
    assert (refusal.value.status, refusal.value.scim_type) == (409, "uniqueness")
    assert snapshot() == before


# ------------------------------------------------------------------------------------------------------------ conflicts


def test_two_members_with_the_e_mail_address_are_a_conflict_that_names_no_people(idp, host, snapshot):
    host.member("kim-1", email="kim@example.com")
    host.member("kim-2", email="KIM@example.com")
    before = snapshot()
    with pytest.raises(Uniqueness, match="More than one member of the host matches this user by the e-mail") as refusal:
        idp.post_user("kim@example.com")
    assert refusal.value.status == 409
    assert "kim" not in str(refusal.value).lower()
    assert snapshot() == before


def test_two_members_with_the_external_id_are_a_conflict(keyed, host):
    host.member("a", object_id="ID-1")
    host.member("b", object_id="ID-1")
    with pytest.raises(Uniqueness, match="by the external ID"):
        keyed.post_user("kim@example.com", externalId="ID-1")


def test_a_conflict_is_not_solved_by_a_later_key(keyed, host):
    host.member("a", object_id="ID-1")
    host.member("b", object_id="ID-1")
    host.member("c", email="kim@example.com")
    with pytest.raises(Uniqueness):
        keyed.post_user("kim@example.com", externalId="ID-1")


def test_where_the_host_stopped_counting_one_candidate_is_not_enough(idp, host):
    for number in range(MAX_MATCHES):
        host.member(f"shared-{number}", email="office@example.com", protected=number > 0)
    with pytest.raises(Uniqueness, match="More than one"):
        idp.post_user("office@example.com")


def test_members_of_a_shared_address_that_are_all_linked_are_no_conflict(connect, host):
    idp = connect(mapping=NO_MAIL)
    shared = emails(("work", "office@example.com", True))
    for number in range(MAX_MATCHES):
        host.member(f"shared-{number}", email="office@example.com", protected=True)
    assert idp.link(idp.post_user("kim", emails=shared)).tier is Tier.CREATE


# ------------------------------------------------------------------------------------------------- who is never matched


def test_a_protected_member_is_never_matched(keyed, host):
    admin = host.member("admin", email="admin@example.com", object_id="ID-1", protected=True)
    before = host.get(admin)
    user = keyed.post_user("admin@example.com", externalId="ID-1")
    assert keyed.link(user).target != admin
    assert host.get(admin) == before


def test_a_protected_members_username_cannot_be_taken(idp, host, snapshot):
    host.member("admin", protected=True)
    before = snapshot()
    with pytest.raises(Uniqueness, match="The host refused the member's username: The user name is taken"):
        idp.post_user("Admin")
    assert snapshot() == before


def test_the_unprotected_one_of_two_is_the_only_candidate(idp, host):
    host.member("admin", email="kim@example.com", protected=True)
    member = host.member("kim", email="kim@example.com")
    assert idp.link(idp.post_user("kim@example.com")).target == member


def test_a_member_that_another_user_is_linked_to_is_never_matched(connect, host):
    idp = connect(mapping=NO_MAIL)
    shared = emails(("work", "office@example.com", True))
    member = host.member("first", email="office@example.com")
    assert idp.link(idp.post_user("first", emails=shared)).target == member
    second = idp.post_user("second", emails=shared)
    assert idp.link(second).target != member
    assert idp.link(second).tier is Tier.CREATE


def test_a_member_that_another_integration_has_linked_is_never_matched(connect, host):
    member = host.member("somebody", email="kim@example.com")
    first, second = connect(mapping=WORK_MAIL), connect(mapping=WORK_MAIL)
    work = emails(("work", "kim@example.com", True))
    assert first.link(first.post_user("kim", emails=work)).target == member
    user = second.post_user("kim@other.example", emails=work)
    assert second.link(user).target != member
    assert host.get(member).fields["email"] == "kim@example.com"


def test_a_member_of_another_tenant_is_never_matched(connect, host):
    member = host.member("somebody", email="kim@example.com")
    idp = connect(tenant="elsewhere")
    assert idp.link(idp.post_user("kim@example.com")).target != member
    assert host.get(member).fields["username"] == "somebody"


# -------------------------------------------------------------------------------------------------------- after linking


def test_after_the_first_link_the_link_decides_for_ever(idp, host):
    user = idp.post_user("kim@example.com")
    member = idp.link(user)
    other = host.member("other", email="new@example.com")
    idp.patch(user, ("replace", "userName", "new@example.com"))
    assert idp.link(user) == member
    assert host.get(member.target).fields["username"] == "new@example.com"
    assert host.get(other).fields["username"] == "other"
    idp.put_user(user, "newer@example.com", externalId="ID-9")
    assert idp.link(user) == member


def test_the_deciding_key_is_recorded(keyed, host):
    host.member("a", email="a@example.com")
    host.member("b", object_id="ID-B")
    keyed.post_user("a@example.com")
    keyed.post_user("b@example.com", externalId="ID-B")
    keyed.post_user("c@example.com")
    assert [entry.tier for entry in keyed.log()] == ["create", "external-id", "email"]


@given(st.lists(st.sampled_from(["free", "protected", "linked"]), max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exactly_one_candidate_is_linked_none_creates_and_several_are_refused(connect, make_host, kinds):
    tenant = f"t{next(TENANTS)}"
    idp, host = connect(tenant, mapping=NO_MAIL), make_host(tenant)
    linker = connect(tenant, mapping=NO_MAIL)
    free = []
    for number, kind in enumerate(kinds):
        member = host.member(f"m{number}", protected=kind == "protected")
        if kind == "linked":
            host.edit(member, email=f"m{number}@example.com")
            linked = linker.post_user(f"m{number}", emails=emails(("work", f"m{number}@example.com", True)))
            assert linker.link(linked).target == member
        host.edit(member, email="office@example.com")
        free += [member] if kind == "free" else []
    office = emails(("work", "office@example.com", True))
    if len(free) > 1:
        with pytest.raises(Uniqueness):
            idp.post_user("kim", emails=office)
    else:
        link = idp.link(idp.post_user("kim", emails=office))
        assert [link.target] == free or (not free and link.tier is Tier.CREATE)
