"""JSON in and out: what is refused, and what comes back as it was written."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtn import errors
from vtn.wire import body
from vtn.wire.schema import ValuesMap


class TestDecoding:
    @pytest.mark.parametrize(
        "text",
        [
            b"",
            b" ",
            b"{",
            b"[1,]",
            b"{'a':1}",
            b"NaN",
            b"Infinity",
            b"-Infinity",
            b"nul",
            b"1 2",
            b"01",
            b"+1",
            b".5",
        ],
    )
    def test_what_is_not_json_is_refused(self, text):
        with pytest.raises(errors.Invalid, match=r"^The body is not JSON: "):
            body.decode(text)

    @pytest.mark.parametrize(
        "text",
        [
            b'"\xff"',
            b'"\xc0\x80"',  # NUL, spelled too long
            b'"\xed\xa0\x80"',  # a surrogate in UTF-8
            b'"\\ud800"',
            b'"\\udc00\\ud800"',
            b'"\x00"',
            b'"\n"',
            b"\xef\xbb\xbf{}",
            '{"a":1}'.encode("utf-16"),
            b'{"\xff":1}',
        ],
    )
    def test_text_that_utf_8_cannot_hold_is_refused(self, text):
        with pytest.raises(errors.Invalid, match=r"^The body is not JSON: "):
            body.decode(text)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (b'"\\u0000"', "The body holds a NUL character"),
            (b'{"a":["b",{"c":"d\\u0000"}]}', "a[1].c: holds a NUL character"),
            (b'{"\\u0000":1}', "The body holds a NUL character"),
            (b'[{"a":{"b\\u0000c":[]}}]', "[0].a: holds a NUL character"),
        ],
    )
    def test_nul_is_refused_wherever_it_hides_and_its_place_is_named(self, text, said):
        with pytest.raises(errors.Invalid) as refusal:
            body.decode(text)

        assert refusal.value.detail == said

    @pytest.mark.parametrize(
        "number",
        [
            *("1e309", "-1e309", "1e-331", "1e99999999999999999999", "1" * 5_000, "0." + "1" * 5_000),
            *("9" * 400, "-" + "9" * 310),
        ],
    )
    def test_a_number_that_cannot_be_kept_is_refused_and_its_place_is_named(self, number):
        with pytest.raises(errors.Invalid) as refusal:
            body.decode(f'{{"a": [1, {{"b": {number}}}]}}'.encode())

        assert refusal.value.detail == "a[1].b: holds a number that is too large or too fine"

    def test_an_escaped_backslash_before_u0000_is_no_nul(self):
        assert body.decode(b'"\\\\u0000"') == "\\u0000"

    def test_nesting_is_taken_up_to_the_limit(self):
        deepest = b"[" * body.MAX_DEPTH + b"]" * body.MAX_DEPTH

        assert json.loads(deepest) == body.decode(deepest)
        with pytest.raises(errors.Invalid, match=r"^The body is nested more than 64 levels deep$"):
            body.decode(b"[" + b'{"a":' + deepest + b"}]")

    @pytest.mark.parametrize("text", [b"[" * 500_000, b'{"a":' * 200_000, b"[" * 500_000 + b"]" * 500_000])
    def test_nesting_deeper_than_the_stack_is_refused(self, text):
        with pytest.raises(errors.Invalid, match=r"^The body is nested too deeply$"):
            body.decode(text)

    @pytest.mark.parametrize("text", ["'[' * 9_900 + ']' * 9_900", "'{\"a\":' * 9_000 + '1' + '}' * 9_000"])
    def test_nor_does_it_end_a_thread_with_a_small_stack_and_all_others_with_it(self, text):
        """A server's threads have two megabytes, and some four times less."""
        code = f"""
import threading
from vtn import errors
from vtn.wire import body

def refused():
    try:
        body.decode(({text}).encode())
    except errors.Invalid as refusal:
        print(refusal.detail)

threading.stack_size(512 << 10)
thread = threading.Thread(target=refused)
thread.start()
thread.join()
"""
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

        assert told.stdout == "The body is nested too deeply\n"

    def test_brackets_in_texts_are_no_nesting(self):
        many = ["[{" * 5_000, '\\"[', "\\", "[" * 5_000]

        assert body.decode(json.dumps([many] * 1_000).encode()) == [many] * 1_000

    @pytest.mark.parametrize(
        "text",
        ["1e309", "-1e400", "1E+999999999", "0e999", "1e-20000", "0e-20000", "1e-99999999999999999999",
         "1e99999999999999999999",          f"0.{'1' * 20_000}", f"{'1' * 300}.{'1' * 17_000}", "1" + "0" * 5000],
    )  # fmt: skip
    def test_a_number_that_no_store_can_keep_is_refused(self, text):
        with pytest.raises(errors.Invalid):
            body.decode(f"[{text}]".encode())

    def test_the_last_of_equal_keys_counts(self):
        assert body.decode(b'{"a":1,"a":2}') == {"a": 2}


class TestNumbers:
    @pytest.mark.parametrize(
        "text",
        [
            "0.10",
            "0.1",
            "1.0",
            "100",
            "-0.0",
            "0.17",
            "9007199254740993",
            "18446744073709551616",
            "1E+3",
            "1E-7",
            "1E+300",
        ],
    )
    def test_a_number_keeps_its_text(self, text):
        assert body.encode_text(body.decode(text.encode())) == text

    def test_an_exponent_keeps_its_value(self):
        assert body.encode_text(body.decode(b"[1e3,1E3,1.50e2]")) == "[1E+3,1E+3,150]"

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_every_double_comes_back(self, number):
        back = float(body.encode_text(body.decode(json.dumps(number).encode())))

        assert back == number
        assert math.copysign(1, back) == math.copysign(1, number)

    @given(st.integers(-(10**100), 10**100))
    def test_every_integer_comes_back(self, number):
        assert body.encode_text(body.decode(str(number).encode())) == str(number)


@given(
    st.recursive(
        st.one_of(
            st.booleans(),
            st.integers(),
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
        ),
        lambda inner: st.one_of(
            st.lists(inner),
            st.dictionaries(
                st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), inner
            ),
        ),
        max_leaves=20,
    )
)
def test_every_value_comes_back(value):
    assert json.loads(body.encode(body.decode(json.dumps(value).encode()))) == value


def test_null_means_absent_in_objects_and_stays_in_lists():
    assert body.without_nulls({"a": None, "b": [None, {"c": None, "d": 1}], "e": {"f": {"g": None}}}) == {
        "b": [None, {"d": 1}],
        "e": {"f": {}},
    }


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        ([], "Expected `object`, got `array`"),
        ({"type": "A"}, "Object missing required field `values`"),
        ({"type": 1, "values": []}, "type: Expected `str`, got `int`"),
        ({"type": "", "values": []}, "type: Expected `str` of length >= 1"),
        ({"type": "A" * 129, "values": []}, "type: Expected `str` of length <= 128"),
        ({"type": "A", "values": [1, {"x": 1}]}, "values[1]: Object missing required field `y`"),
        ({"type": "A", "values": [{"x": 1, "y": "2"}]}, "values[0].y: Expected `float`, got `str`"),
    ],
)
def test_a_refusal_names_the_member_first(value, detail):
    with pytest.raises(errors.Invalid) as refusal:
        body.conform(value, ValuesMap)

    assert refusal.value.detail == detail
