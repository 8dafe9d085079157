"""SECURITY.md §6, D4 and D5: what is JSON to one reader and something else to another is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_falcon import strict_json
from scim_plugin.protocol.errors import InvalidSyntax, InvalidValue

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**15) + 1, 10**15 - 1)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    | st.sampled_from(['":', '" :', '\\":', '"', "\\u0000", "1234567890123456", '{"a":1,"a":2}'])
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(SCALARS.map(str), inner), max_leaves=20)


@given(VALUES, st.sampled_from([None, 1]), st.booleans(), st.sampled_from([(",", ":"), (" ,", "\t:"), (",\n", " : ")]))
def test_everything_that_a_strict_writer_writes_is_read_back(value, indent, ascii_only, separators):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only, separators=separators)
    assert strict_json.loads(text.encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"  \n",
        b"{",
        b"{}{}",
        b'{"a":1,}',
        b"{'a':1}",
        b"/**/{}",
        b"{'a':NaN}",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1e999}',
        b'{"a":-1e999}',
        b'{"a":01}',
        b'{"a":.5}',
        b'{"a":"\x01"}',
        b'{"a":"\x00"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\udc00\\ud800"}',
        b'{"\\ud800":1}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\xff"}',
        b'{"a":"\xc0\xaf"}',
        b"\xef\xbb\xbf{}",
        '{"a":1}'.encode("utf-16"),
        '{"a":1}'.encode("utf-16-le"),
        '{"a":1}'.encode("utf-32"),
        b"9" * 5000,
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 41 + b"1" + b"}" * 41,
        b"[" * 41 + b"]" * 41,
    ],
    ids=lambda text: repr(text[:24]),
)
def test_a_text_that_is_not_json_to_everybody_is_refused(text):
    with pytest.raises(InvalidSyntax):
        strict_json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":1}',
        b'{"a" :1,"a":2}',
        b'{"a":1,"a"\n:2}',
        b'{"a":1,"\\u0061":2}',
        b'{"x":[{"a":{"b":1,"b":2}}]}',
        b'{"a":{"b":1},"a":2,"c":"\\":"}',
        b'{"a":{"b":1},"a":{"c":"\\":"}}',
        b'{"":1,"":2}',
    ],
)
def test_a_member_that_appears_twice_is_refused_and_named(text):
    with pytest.raises(InvalidSyntax, match="appears twice"):
        strict_json.loads(text)


def test_forty_levels_are_deep_enough():
    assert strict_json.loads(b"[" * 40 + b"]" * 40)


@pytest.mark.parametrize(
    "number", ["1234567890123456", "-1234567890123456", "1.234567890123456", "9" * 400, "0." + "3" * 400]
)
def test_a_number_of_more_than_fifteen_digits_is_refused(number):
    with pytest.raises(InvalidValue if len(number) < 400 or "." in number else InvalidSyntax):
        strict_json.loads(b'{"a":%b}' % number.encode())


@pytest.mark.parametrize("number", ["0", "-0", "123456789012345", "0.000000000000000000001", "1.5e10", "0.1"])
def test_a_number_of_fifteen_digits_is_read(number):
    assert strict_json.loads(f'{{"a":{number},"b":"1234567890123456789"}}'.encode()) == {
        "a": json.loads(number),
        "b": "1234567890123456789",
    }


@pytest.mark.parametrize("text", [b'{"a":"x\\u0000"}', b'{"\\u0000":1}', b'["\\\\\\u0000"]', b'"\\u0000"'])
def test_a_nul_is_refused_wherever_it_stands(text):
    with pytest.raises(InvalidValue, match="NUL"):
        strict_json.loads(text)


def test_an_escaped_backslash_before_u0000_is_text():
    assert strict_json.loads(b'["\\\\u0000"]') == ["\\u0000"]


def test_an_object_of_fifty_thousand_members_is_refused():
    with pytest.raises(InvalidSyntax, match="1000 members"):
        strict_json.loads(json.dumps({str(n): n for n in range(50_000)}).encode())


def test_a_refusal_tells_where_but_not_what():
    with pytest.raises(InvalidSyntax) as caught:
        strict_json.loads(b'{"password":"secret" "x"}')
    assert "column" in str(caught.value)
    assert "secret" not in str(caught.value)
