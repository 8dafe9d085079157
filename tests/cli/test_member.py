"""``scim-plugin member``, ``group`` and ``field``: setting up what existed before."""

import pytest


def member(run, *arguments):
    return run("member", *arguments, "--json").value


def test_a_new_member_has_what_was_given_and_nothing_else(run):
    assert member(run, "add", "--username", "kim") == {
        "id": run("member", "show", "kim", "--json").value["id"],
        "username": "kim",
        "email": None,
        "given_name": None,
        "family_name": None,
        "display_name": None,
        "active": True,
        "protected": False,
        "fields": {},
        "groups": [],
        "links": [],
    }


def test_everything_about_a_member_can_be_given(run):
    run("field", "add", "employee_number")
    run("group", "add", "Staff")
    run("group", "add", "Board")
    added = member(
        run,
        *("add", "--username", "kim", "--email", "kim@example.com", "--given-name", "Kim", "--family-name", "Berg"),
        *("--display-name", "Kim Berg", "--inactive", "--protected", "--field", "employee_number=4=2"),
        *("--group", "staff", "--group", "Board"),
    )
    expected = {
        "email": "kim@example.com",
        "given_name": "Kim",
        "family_name": "Berg",
        "display_name": "Kim Berg",
        "active": False,
        "protected": True,
        "fields": {"employee_number": "4=2"},
        "groups": ["Board", "Staff"],
    }
    assert expected.items() <= added.items()
    assert member(run, "show", added["id"]) == added
    assert member(run, "list") == [added]


def test_a_member_is_changed_where_it_was_asked_for(run):
    run("field", "add", "employee_number")
    run("group", "add", "Staff")
    added = member(run, "add", "--username", "kim", "--email", "kim@example.com", "--field", "employee_number=42")
    changed = member(run, "set", "kim", "--username", "kim.berg", "--inactive", "--protected", "--group", "Staff")
    assert changed == {**added, "username": "kim.berg", "active": False, "protected": True, "groups": ["Staff"]}
    changed = member(run, "set", added["id"], "--email", "", "--field", "employee_number=", "--active", "--unprotected")
    assert (changed["email"], changed["fields"]) == (None, {"employee_number": None})
    assert (changed["active"], changed["protected"]) == (True, False)
    assert member(run, "set", added["id"]) == changed


def test_tenants_do_not_see_each_other(run):
    here = member(run, "add", "--username", "kim")
    there = member(run, "add", "--username", "kim", "--tenant", "north")
    assert here["id"] != there["id"]
    assert member(run, "list", "--tenant", "north") == [there]
    assert run("member", "show", here["id"], "--tenant", "north").code == 1
    assert member(run, "list", "--tenant", "nowhere") == []


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("add", "--username", "KIM"), 1, "The user name is taken."),
        (("add", "--username", ""), 1, "A member needs a user name."),
        (("add", "--username", "x", "--field", "shoe=42"), 1, "Members have no field 'shoe'."),
        (("add", "--username", "x", "--field", "shoe"), 2, "'shoe' is not FIELD=VALUE."),
        (("add", "--username", "x", "--group", "Staff"), 1, "has no group 'Staff'"),
        (("add", "--username", "x", "--tenant", "a b"), 1, "cannot name a tenant"),
        (("set", "nobody"), 1, "The tenant 'default' has no member 'nobody'."),
        (("show", "nobody"), 1, "has no member 'nobody'"),
    ],
)
def test_a_mistake_is_one_clear_line_and_changes_nothing(run, arguments, code, message):
    before = member(run, "add", "--username", "kim")
    done = run("member", *arguments)
    assert (done.code, done.out) == (code, "")
    assert message in done.err.splitlines()[-1]
    assert member(run, "list") == [before]


def test_people_get_a_table(run):
    assert run("member", "list").out == "There are no members.\n"
    run("member", "add", "--username", "kim", "--inactive")
    header, row = run("member", "list").out.splitlines()
    assert header.split()[:2] == ["ID", "USERNAME"]
    assert row.split()[1:] == ["kim", "no", "no"]


def test_groups_are_added_shown_and_listed(run):
    added = run("group", "add", "Staff", "--json").value
    assert (added["name"], added["members"]) == ("Staff", [])
    assert run("group", "show", "STAFF", "--json").value == added
    assert run("group", "show", added["id"], "--json").value == added
    assert run("group", "list", "--json").value == [added]
    assert "Staff" in run("group", "list").out
    assert run("group", "list", "--tenant", "north").out == "There are no groups.\n"
    assert run("group", "add", "staff").err == "Error: The name of the group is taken.\n"
    assert "has no group 'Board'" in run("group", "show", "Board").err


def test_memberships_are_given_and_taken_by_hand(run):
    run("group", "add", "Staff")
    kim = member(run, "add", "--username", "kim")
    member(run, "add", "--username", "lee")
    assert run("group", "join", "Staff", "lee", kim["id"], "--json").value["members"] == ["kim", "lee"]
    assert member(run, "show", "lee")["groups"] == ["Staff"]
    assert run("group", "leave", "Staff", "kim", "--json").value["members"] == ["lee"]
    done = run("group", "join", "Staff", "kim", "nobody", "noone")
    assert (done.code, done.err) == (1, "Error: The tenant 'default' has no member 'nobody', 'noone'.\n")
    assert run("group", "show", "Staff", "--json").value["members"] == ["lee"]


def test_extension_fields_are_declared_once(run):
    assert run("field", "add", "cost_centre", "--json").value == {"name": "cost_centre", "type": "text"}
    assert run("field", "add", "cost_centre").code == 0
    fields = {entry["name"]: entry["extension"] for entry in run("field", "list", "--json").value}
    assert (fields["cost_centre"], fields["username"]) == (True, False)
    assert run("field", "add", "Cost Centre").code == 2
    assert run("field", "add", "email").err == "Error: Members have a field 'email' already.\n"
