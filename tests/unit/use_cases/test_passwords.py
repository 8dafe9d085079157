"""A password that the IdP sends: dropped, or handed over to the host, and never kept."""

import pytest

from scim_plugin.protocol.errors import Forbidden, InvalidValue, Uniqueness
from scim_plugin.provisioning.integration import PasswordPolicy
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.member import MemberRefused
from scim_plugin.use_cases import protocol_use_cases

SECRET = "t1meMa$heen"


class Passwords:
    """A host's passwords in a dictionary, which refuses short ones."""

    def __init__(self):
        self.of = {}

    def set_password(self, tenant, member_id, password):
        if len(password) < 8:
            raise MemberRefused("password", "It is too short.")
        self.of[tenant, member_id] = password


@pytest.fixture
def passwords():
    return Passwords()


@pytest.fixture
def use_cases(store, sink, passwords):
    return protocol_use_cases(store.open_unit, store.members, store.groups, sink, passwords)


@pytest.fixture
def idp(connect):
    return connect(passwords=PasswordPolicy.HAND_OVER)


def of(passwords, idp, user):
    return passwords.of.get(("default", idp.member(user).id))


def test_it_is_handed_over_with_every_verb(idp, passwords, store):
    user = idp.post_user(password=SECRET)
    assert of(passwords, idp, user) == SECRET
    idp.put_user(user, password=SECRET + "2")
    assert of(passwords, idp, user) == SECRET + "2"
    idp.patch(user, ("replace", "password", SECRET + "3"))
    assert of(passwords, idp, user) == SECRET + "3"
    idp.patch(user, ("add", None, {"password": SECRET + "4", "title": "Dr"}))
    assert of(passwords, idp, user) == SECRET + "4"
    assert SECRET not in repr(store.tables)


def test_the_log_names_it_and_does_not_tell_it(idp):
    idp.post_user(password=SECRET)
    (entry,) = idp.log()
    assert "password" in entry.changes
    assert SECRET not in repr(entry)


def test_who_sends_none_changes_none(idp, passwords):
    user = idp.post_user(password=SECRET)
    idp.put_user(user, title="Dr")
    idp.patch(user, ("replace", "title", "Prof"), ("remove", "password"))
    idp.patch(user, ("replace", "password", ""))
    assert of(passwords, idp, user) == SECRET
    assert [entry.changes for entry in idp.log()].count(("password",)) == 0


def test_a_password_alone_does_not_change_the_version(idp):
    user = idp.post_user()
    assert idp.patch(user, ("replace", "password", SECRET)).version == user.version


def test_it_is_dropped_unless_the_integration_says_otherwise(connect, passwords):
    connect(tenant="other").post_user(password=SECRET)
    assert passwords.of == {}


def test_a_host_that_takes_none_gets_none(store, sink, connect):
    plain = protocol_use_cases(store.open_unit, store.members, store.groups, sink)
    idp = connect(passwords=PasswordPolicy.HAND_OVER)
    idp.use_cases = plain
    idp.post_user(password=SECRET)
    assert not plain.takes_passwords
    assert idp.use_cases is plain


def test_a_password_that_the_host_refuses_refuses_the_request(idp, passwords, host):
    with pytest.raises(InvalidValue, match=r"^The host refused the member's password: It is too short\.$"):
        idp.post_user(password="short")
    assert host.members() == []
    assert passwords.of == {}


def test_the_request_that_links_by_e_mail_sets_no_password(connect, host, passwords):
    """Whoever may give a user somebody's address must not take that account by it."""
    idp = connect(passwords=PasswordPolicy.HAND_OVER, linking=(Tier.EMAIL, Tier.CREATE))
    member = host.member("pat", email="kim@example.com")
    user = idp.post_user(password=SECRET)
    assert idp.member(user).id == member
    assert passwords.of == {}
    idp.patch(user, ("replace", "password", SECRET))
    assert of(passwords, idp, user) == SECRET


def test_a_protected_member_keeps_its_password(connect, host, passwords):
    idp = connect(passwords=PasswordPolicy.HAND_OVER)
    host.member("kim@example.com", email="kim@example.com", protected=True)
    with pytest.raises((Forbidden, Uniqueness)):
        idp.post_user(password=SECRET)
    assert passwords.of == {}
