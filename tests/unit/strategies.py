"""What Hypothesis makes the laws of the core true for: filters, paths, documents, operations and plain nonsense."""

from hypothesis import strategies as st

from scim_plugin.dialects.dialect import PERMITTED, Dialect
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP_URN, USER_URN
from scim_plugin.protocol.filter import And, Comparison, Not, Or, Presence, ValueFilter
from scim_plugin.protocol.patch import PATCH_URN, Operation
from scim_plugin.protocol.path import AttributePath, ValuePath

leniencies = st.sampled_from(sorted(PERMITTED)).map(Dialect)

# ---- syntax: any name will do

names = st.from_regex(r"[A-Za-z$][A-Za-z0-9$_-]{0,12}", fullmatch=True)
urns = st.sampled_from([USER_URN, GROUP_URN, ENTERPRISE_USER_URN, "urn:example:1.0:X", "URN:a:b.c"])
storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
literals = (
    st.none()
    | st.booleans()
    | storable
    | st.integers(-(10**15) + 1, 10**15 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
)
attribute_paths = st.builds(AttributePath, names, st.none() | urns, st.none() | names)
simple_paths = st.builds(AttributePath, names)
comparisons = st.builds(
    Comparison, attribute_paths, st.sampled_from(["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]), literals
)
terms = comparisons | st.builds(Presence, attribute_paths)


def _combined(parts):
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.builds(Not, parts) | st.builds(And, several) | st.builds(Or, several)


value_filters = st.recursive(terms, _combined, max_leaves=6)
filters = st.recursive(
    terms | st.builds(ValueFilter, attribute_paths, value_filters, st.none() | terms), _combined, max_leaves=12
)
value_paths = st.builds(ValuePath, attribute_paths, value_filters, st.none() | names)

# ---- meaning: Users as they are asserted, and operations on them

words = st.sampled_from(["a", "B", "work", "home", "Straße", "ｗｏｒｋ", "true", "", "%", "x_y"])
labels = st.sampled_from(["work", "home", "other"])


def _values(**subs):
    return st.lists(st.fixed_dictionaries({}, optional={"primary": st.booleans(), **subs}), max_size=4).map(
        lambda values: [
            {**value, "primary": bool(value["primary"]) and index == 0} if "primary" in value else value
            for index, value in enumerate(values)
        ]
    )


emails = _values(value=words, type=labels, display=words)
addresses = _values(streetAddress=words, locality=words, type=labels)
managers = st.fixed_dictionaries({}, optional={"value": words, "$ref": words})
enterprise = st.fixed_dictionaries({}, optional={"department": words, "employeeNumber": words, "manager": managers})
human_names = st.fixed_dictionaries({}, optional={"givenName": words, "familyName": words})
users = st.fixed_dictionaries(
    {"schemas": st.just([USER_URN]), "userName": st.sampled_from(["ann", "Bob", "ÇELİK"])},
    optional={
        "externalId": words,
        "displayName": words,
        "nickName": words,
        "active": st.booleans(),
        "name": human_names,
        "emails": emails,
        "roles": _values(value=words, type=labels, display=words),
        "addresses": addresses,
        ENTERPRISE_USER_URN: enterprise,
    },
)

_SELECTORS = (
    '[type eq "work"]',
    '[type eq "home" and primary eq true]',
    "[primary eq true]",
    '[primary eq "True"]',
    "[not (type pr)]",
    '[value sw "a" or type ne "work"]',
)
_EMAIL_SUBS = {"value": words, "type": labels, "display": words, "primary": st.booleans()}


def _with_null(values):
    return st.none() | values


def _operation(verb):
    def on(path, values):
        made = st.just(None) if verb == "remove" else _with_null(values)
        return st.builds(Operation, st.just(verb), path, made, st.just(verb != "remove"))

    plain = {
        "displayName": words,
        "NICKNAME": words,
        "active": st.booleans(),
        "name": human_names,
        "name.givenName": words,
        "emails": emails,
        "emails.display": words,
        "emails.type": labels,
        "addresses": addresses,
        f"{ENTERPRISE_USER_URN}:department": words,
        f"{ENTERPRISE_USER_URN}:manager": managers,
        f"{ENTERPRISE_USER_URN}:manager.value": words,
        ENTERPRISE_USER_URN: enterprise,
    }
    choices = [on(st.just(path), values) for path, values in plain.items()]
    selected = st.sampled_from(_SELECTORS)
    choices += [
        on(selected.map(lambda bracket, sub=sub: f"emails{bracket}.{sub}"), values)
        for sub, values in _EMAIL_SUBS.items()
    ]
    choices += [
        on(selected.map("emails{}".format), st.fixed_dictionaries({}, optional=_EMAIL_SUBS)),
        on(st.sampled_from(_SELECTORS[:3]).map("roles{}.value".format), words),
        on(st.sampled_from(_SELECTORS[:3]).map("addresses{}.locality".format), words),
    ]
    if verb != "remove":
        choices.append(
            st.builds(
                Operation,
                st.just(verb),
                st.none(),
                st.fixed_dictionaries(
                    {}, optional={"displayName": words, "emails": emails, "name": human_names, "active": st.none()}
                ),
                st.just(True),
            )
        )
    return st.one_of(choices)


additions = _operation("add")
replacements = _operation("replace")
removals = _operation("remove")
operations = additions | replacements | removals

# ---- nonsense: JSON whose keys and strings are almost right

_KEYS = st.sampled_from(
    [
        *("schemas", "userName", "USERNAME", "displayName", "emails", "value", "type", "primary", "members", "$ref"),
        *("roles", "active", "name", "givenName", "name.givenName", "password", "id", "meta", "groups", "externalId"),
        *("manager", "department", ENTERPRISE_USER_URN, f"{ENTERPRISE_USER_URN}:manager", USER_URN, GROUP_URN),
        *("Operations", "op", "path", "__class__", "_meta.database", "save", "", "x509Certificates", "ﬀ"),
    ]
)
_STRINGS = st.text(max_size=8) | st.sampled_from(
    [
        *("add", "Remove", "replace", "True", "", "\0", "\ud800", "{", '{"value": "Admin"}', '{"value": 1}', "9" * 50),
        *(
            "members",
            'members[value eq "a"]',
            'members[type eq "User"]',
            "members.value",
            'emails[type eq "work"].value',
        ),
        *("userName", "id", "meta.version", "password", "groups", "emails[", 'name[givenName eq "a"]', "manager", "[]"),
        *(ENTERPRISE_USER_URN, f"{ENTERPRISE_USER_URN}.department", f"{ENTERPRISE_USER_URN}:manager.value", "urn:"),
    ]
)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _STRINGS
nonsense = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS | st.text(max_size=5), inner, max_size=5),
    max_leaves=20,
)


def _message(urn):
    return st.fixed_dictionaries({"schemas": st.just([urn]), "userName": st.just("a"), "displayName": st.just("b")})


odd_users = st.builds(
    lambda base, odd: {**base, **odd}, _message(USER_URN), st.dictionaries(_KEYS, nonsense, max_size=5)
)
odd_groups = st.builds(
    lambda base, odd: {**base, **odd}, _message(GROUP_URN), st.dictionaries(_KEYS, nonsense, max_size=5)
)
odd_operations = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "Replace", "remove", "REMOVE"]) | nonsense},
    optional={"path": _STRINGS | _KEYS | st.none(), "value": nonsense},
)
odd_patches = st.builds(
    lambda made: {"schemas": [PATCH_URN], "Operations": made}, st.lists(odd_operations, min_size=1, max_size=4)
)
