"""The law of every store holds for declared types too: its answer is that of the core's evaluator."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scim_plugin.protocol.comparison import bind, bind_path, evaluator, values_of
from scim_plugin.protocol.declaration import declare
from scim_plugin.protocol.filter import Comparison, Not, Presence, ValueFilter
from scim_plugin.protocol.intake import accept
from scim_plugin.protocol.leniency import STRICT
from scim_plugin.protocol.path import AttributePath
from scim_plugin.protocol.query import Query, Sort
from scim_plugin.protocol.resource import Resource
from scim_pytest.setting import MOMENT, Setting
from scim_pytest.worlds import BASE64, TEXTS, URLS, in_order

URN, EXTENSION = "urn:example:2.0:Thing", "urn:example:params:2.0:extra.v1:Thing"
_KINDS = {
    "text": {},
    "exact": {"caseExact": True},
    "flag": {"type": "boolean"},
    "count": {"type": "integer"},
    "ratio": {"type": "decimal"},
    "moment": {"type": "dateTime"},
    "blob": {"type": "binary"},
    "link": {"type": "reference", "referenceTypes": ["external"]},
}
_LISTS = {f"{name}s": {**kind, "multiValued": True} for name, kind in _KINDS.items() if name != "flag"}
_PARTS = [{"name": name, **kind} for name, kind in _KINDS.items()]
_ATTRIBUTES = [
    *({"name": name, **kind} for name, kind in {**_KINDS, **_LISTS}.items()),
    {"name": "part", "type": "complex", "subAttributes": _PARTS},
    {"name": "parts", "type": "complex", "multiValued": True, "subAttributes": _PARTS},
]
THING = declare(
    {
        "schemas": [{"id": URN, "attributes": _ATTRIBUTES}, {"id": EXTENSION, "attributes": _ATTRIBUTES}],
        "resourceTypes": [
            {"name": "Thing", "endpoint": "/Things", "schema": URN, "schemaExtensions": [{"schema": EXTENSION}]}
        ],
    }
)
KIND = THING.by_name["Thing"]

_NUMBERS = [0, 1, -1, 7, 2**53, -(2**53) - 1, 2**63 - 1]
_FRACTIONS = [0.1, 0.30000000000000004, 1.0, -1.5, 1e300, 5e-324, 1e22, 123456789.12345679]
_MOMENTS = ["2026-01-31T08:00:00Z", "2026-01-31T09:00:00+01:00", "0001-01-01T00:00:00Z", "2026-01-31T08:00:00.000001Z"]
_VALUES = {
    "text": st.sampled_from(TEXTS).filter(bool),
    "exact": st.sampled_from(TEXTS).filter(bool),
    "flag": st.booleans(),
    "count": st.sampled_from(_NUMBERS),
    "ratio": st.sampled_from(_NUMBERS + _FRACTIONS),
    "moment": st.sampled_from(_MOMENTS),
    "blob": st.sampled_from(BASE64),
    "link": st.sampled_from(URLS),
}
_ORDER = ["eq", "ne", "gt", "ge", "lt", "le"]
_OPERATORS = {
    "text": [*_ORDER, "co", "sw", "ew"],
    "exact": [*_ORDER, "co", "sw", "ew"],
    "link": [*_ORDER, "co", "sw", "ew"],
    "flag": ["eq", "ne"],
    "blob": ["eq", "ne"],
    "count": _ORDER,
    "ratio": _ORDER,
    "moment": _ORDER,
}
_LITERALS = {**_VALUES, "count": _VALUES["ratio"] | st.just(2**70), "ratio": _VALUES["ratio"] | st.just(-(2**70))}


def _objects(**more):
    return st.fixed_dictionaries({}, optional={**_VALUES, **more})


_part = _objects()
_attributes = _objects(
    **{f"{name}s": st.lists(values, max_size=3) for name, values in _VALUES.items() if name != "flag"},
    part=_part,
    parts=st.lists(_part, max_size=3),
)
things = st.builds(lambda core, extra: {"schemas": [URN], **core, EXTENSION: extra}, _attributes, _attributes)


@st.composite
def _paths(draw):
    """A path of an attribute or sub-attribute, and the kind of its values."""
    urn = draw(st.sampled_from([None, URN, EXTENSION]))
    kind = draw(st.sampled_from(sorted(_KINDS)))
    name = draw(st.sampled_from([kind, *([] if kind == "flag" else [f"{kind}s"]), "part", "parts"]))
    return AttributePath(name, urn, kind if name.startswith("part") else None), kind


@st.composite
def _terms(draw):
    path, kind = draw(_paths())
    if draw(st.integers(0, 4)) == 0:
        return Presence(path)
    term = Comparison(path, draw(st.sampled_from(_OPERATORS[kind])), draw(_LITERALS[kind]))
    if path.sub_attribute and draw(st.booleans()):
        inner = Comparison(AttributePath(path.sub_attribute), term.operator, term.value)
        return ValueFilter(AttributePath(path.name, path.urn), inner)
    return term


_filters = _terms() | _terms().map(Not)


@settings(max_examples=80)
@given(bodies=st.lists(things, min_size=1, max_size=4), trees=st.lists(_filters, min_size=6, max_size=12))
def test_a_filter_on_any_type_of_value_is_answered_like_the_evaluator_answers_it(lasting_store, bodies, trees):
    setting = Setting(lasting_store)
    integration = setting.integration(catalogue=THING)
    made = [_stored(setting, integration, number, body) for number, body in enumerate(bodies)]
    for tree in trees:
        bound = bind(tree, KIND, STRICT)
        expected = [resource.id for resource in made if evaluator(bound)(resource.document)]
        found = setting.search(integration, Query(KIND, bound))
        assert [resource.id for resource in found.resources] == expected, str(tree)


@settings(max_examples=60)
@given(bodies=st.lists(things, min_size=2, max_size=5), paths=st.lists(_paths(), min_size=4, max_size=8))
def test_an_order_by_any_type_of_value_is_the_evaluators(lasting_store, bodies, paths):
    setting = Setting(lasting_store)
    integration = setting.integration(catalogue=THING)
    made = [_stored(setting, integration, number, body) for number, body in enumerate(bodies)]
    documents = [{**resource.document, "id": resource.id} for resource in made]
    for path, _ in paths:
        for descending in (False, True):
            sort = Sort(bind_path(path, KIND, STRICT), descending)
            found = setting.search(integration, Query(KIND, None, sort))
            expected = [document["id"] for document in in_order(documents, sort)]
            assert [resource.id for resource in found.resources] == expected, (str(path), descending)


@given(things)
def test_what_was_accepted_is_accepted_as_it_is(body):
    document = accept(body, KIND, STRICT)
    assert accept(document, KIND, STRICT) == document
    assert all(values_of(document, target) != [None] for target in KIND.targets())


def _stored(setting, integration, number, body):
    document = accept(body, KIND, STRICT)
    return setting.add(integration, Resource(f"{number:032x}", KIND, 1, MOMENT, MOMENT, document))
