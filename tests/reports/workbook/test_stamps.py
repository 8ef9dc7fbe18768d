"""The 编号 of a row cannot be changed or made up."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tracker.reports.workbook.stamps import Stamp, code_of, stamp_of

STAMP = Stamp(12, 5, 3, 7, 2)
numbers = st.integers(0, 2**31 - 1)


@given(st.builds(Stamp, numbers, numbers, numbers, numbers, numbers, numbers))
def test_a_code_says_what_was_stamped(stamp):
    assert stamp_of(code_of(stamp, b"key"), b"key") == stamp
    assert stamp_of(f" {code_of(stamp, b'key').upper()}\n", b"key") == stamp


@given(st.integers(0, len(code_of(STAMP, b"key")) - 1), st.sampled_from("0123456789abz-二 ²"))
def test_a_changed_code_is_found(place, letter):
    code = code_of(STAMP, b"key")
    changed = code[:place] + letter + code[place + 1 :]
    assert changed == code or stamp_of(changed, b"key") is None


def test_a_seal_fits_one_row_and_one_house():
    code = code_of(STAMP, b"key")
    assert stamp_of(code, b"another") is None
    other = code_of(replace(STAMP, assignment_id=13), b"key")
    assert stamp_of(other.rpartition("-")[0] + code[code.rindex("-") :], b"key") is None
    assert stamp_of("", b"key") is None
