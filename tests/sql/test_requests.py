"""What each request costs in statements, and that no look-up reads a table from end to end.

The numbers do not depend on how many users there are or how large a group is. Each request begins with one statement
that finds its credential; each write ends with one that adds to the log.
"""

import re

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN
from tests.sql.app import App

EMPLOYEE_NUMBER = f"{ENTERPRISE_USER_URN}:employeeNumber"
SIZES = (10, 2000)


def emails(name):
    return [{"value": f"{name}@example.com", "type": "work", "primary": True}]


@pytest.fixture(scope="module", params=SIZES)
def app(request, tmp_path_factory):
    """An application with so many users, all of them in one group, and a manager of them all."""
    made = App(tmp_path_factory.mktemp("requests") / "scim.db", matching=(EMPLOYEE_NUMBER,))
    with made.store.open_unit() as unit:
        made.users = [
            made.user(
                f"u{number}@example.com",
                externalId=f"ext-{number}",
                emails=emails(f"u{number}"),
                **{ENTERPRISE_USER_URN: {"employeeNumber": str(number)}},
            )
            for number in range(request.param)
        ]
        made.all = made.group("All", *made.users)
        unit.commit()
    made.free = iter([made.user(f"free{number}@example.com") for number in range(400)])
    yield made
    made.close()


def cost(app, method, path):
    answer = app(method, path)
    assert answer.status_code < 300, answer.text
    return len(app.statements)


FIVE = [
    {"op": "Replace", "path": "displayName", "value": "Changed"},
    {"op": "Replace", "path": "name.givenName", "value": "Changed"},
    {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "changed@example.com"},
    {"op": "Add", "path": "title", "value": "Changed"},
    {"op": "Add", "path": f"{ENTERPRISE_USER_URN}:department", "value": "Changed"},
]


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ('userName eq "u3@example.com"', 3),
        ('externalId eq "ext-3"', 3),
        ('emails[type eq "work"].value eq "u3@example.com"', 3),
        (f'{EMPLOYEE_NUMBER} eq "3"', 3),
        ('userName eq "nobody@example.com"', 2),
    ],
)
def test_a_match(app, text, statements):
    app.find(text)  # which notes, once in a while, that the credential and a tolerance were used
    answer = app.find(text)
    assert answer.json["totalResults"] == ("nobody" not in text)
    assert len(app.statements) == statements
    app.find(text, more="&attributes=id")
    assert len(app.statements) == 2


def test_a_user_by_id(app):
    assert cost(app, "GET", f"/Users/{app.users[0]}") == 3


def test_a_group_without_its_members_reads_no_membership(app):
    for path in (f"/Groups/{app.all}?excludedAttributes=members", "/Groups?excludedAttributes=members"):
        assert cost(app, "GET", path) == 2
        assert not any("scim_membership" in text for text in app.statements)
    answer = app.find('displayName eq "All"', "/Groups", "&excludedAttributes=members")
    assert (answer.json["totalResults"], len(app.statements)) == (1, 2)
    assert not any("scim_membership" in text for text in app.statements)


def test_a_user_is_created_changed_disabled_and_deleted(app):
    user_id = app.user("new@example.com", emails=emails("new"), displayName="New", name={"givenName": "New"})
    counts = {"create": len(app.statements)}
    for name, operations in {
        "five": FIVE,
        "nothing": FIVE,
        "disable": [{"op": "Replace", "path": "active", "value": "False"}],
        "enable": [{"op": "Replace", "path": "active", "value": "True"}],
    }.items():
        answer = app.patch(f"/Users/{user_id}", *operations)
        assert answer.status_code == 200, answer.text
        counts[name] = len(app.statements)
    counts["delete"] = cost(app, "DELETE", f"/Users/{user_id}")
    assert counts == {"create": 9, "five": 9, "nothing": 5, "disable": 8, "enable": 8, "delete": 10}


def test_members_of_a_group(app):
    counts = {}
    for size in (1, 20, 100):
        ids = [next(app.free) for _ in range(size)]
        adding = [{"op": "Add", "path": "members", "value": [{"value": one} for one in ids]}]
        removing = [{"op": "Remove", "path": f'members[value eq "{one}"]'} for one in ids]
        listed = [{"op": "Remove", "path": "members", "value": [{"value": one} for one in ids]}]
        for name, operations in (("add", adding), ("remove", removing), ("again", adding), ("remove list", listed)):
            assert app.patch(f"/Groups/{app.all}", *operations).status_code == 204
            counts.setdefault(name, set()).add(len(app.statements))
            # Those who are members already are never read.
            assert not any("scim_membership m JOIN scim_resource u" in text for text in app.statements)
    assert counts == {"add": {12}, "remove": {10}, "again": {12}, "remove list": {11}}


LOOK_UPS = [
    'userName eq "u3@example.com"',
    'externalId eq "ext-3"',
    'id eq "x"',
    'emails[type eq "work"].value eq "u3@example.com"',
    'emails[type eq "work" and value eq "u3@example.com"]',
    'emails.value eq "u3@example.com"',
    'emails eq "u3@example.com"',
    f'{EMPLOYEE_NUMBER} eq "3"',
    'userName eq "u3@example.com" and active eq true',
    'active eq true and emails[type eq "work"].value eq "u3@example.com"',
    'externalId eq "ext-3" and (title pr or userName eq "x")',
    f'id eq "x" and {ENTERPRISE_USER_URN}:manager.value eq "y"',
    'id eq "x" and manager eq "y"',
    'groups.value eq "x"',
]
GROUP_LOOK_UPS = [
    'displayName eq "All"',
    'externalId eq "x"',
    'id eq "x"',
    'id eq "x" and members eq "y"',
    'id eq "x" and members[value eq "y"]',
    'members eq "x"',
    'members.value eq "x"',
]


@pytest.mark.parametrize(
    ("endpoint", "text"),
    [*(("/Users", text) for text in LOOK_UPS), *(("/Groups", text) for text in GROUP_LOOK_UPS)],
)
def test_a_look_up_reads_no_table_from_end_to_end(app, endpoint, text):
    answer = app.find(text, endpoint)
    assert answer.status_code == 200, answer.text
    for statement in tuple(app.statements):
        plan = plan_of(app, statement)
        assert plan
        assert not scans(plan, statement), plan
        # An index on the type alone is a scan by another name.
        assert not [step for step in plan if step.endswith("(integration_id=? AND type=?)")], plan


def test_no_write_reads_a_table_from_end_to_end(app):
    ids = [next(app.free) for _ in range(3)]
    user_id = app.user("plan@example.com", emails=emails("plan"), externalId="plan")
    seen = set(app.statements)
    for operations in (FIVE, [{"op": "Replace", "path": "active", "value": "False"}]):
        app.patch(f"/Users/{user_id}", *operations)
        seen.update(app.statements)
    for op in ("Add", "Remove"):
        app.patch(f"/Groups/{app.all}", {"op": op, "path": "members", "value": [{"value": one} for one in ids]})
        seen.update(app.statements)
    app("DELETE", f"/Users/{user_id}")
    seen.update(app.statements)
    group_id = app.group("Small", *ids)
    seen.update(app.statements)
    app("DELETE", f"/Groups/{group_id}")
    seen.update(app.statements)
    for statement in seen:
        plan = plan_of(app, statement)
        assert not scans(plan, statement), (statement, plan)


def scans(plan, statement):
    """Return the steps that read a table of ours; lists and what a recursion has found so far are none."""
    tables = set(re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE) (scim_\w+)", statement))
    aliases = set(re.findall(r"\b(?:FROM|JOIN|,) scim_\w+ (?!WHERE|SET|JOIN|ORDER|ON)(\w+)", statement))
    return [step for step in plan if step.startswith("SCAN") and step.split()[1] in tables | aliases]


def plan_of(app, statement):
    parameters = ["[]" for _ in range(statement.count("?"))]
    if "LIMIT ? OFFSET ?" in statement:
        parameters[-2:] = [1, 1]
    return [row[3] for row in app.store.database.execute_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()]
