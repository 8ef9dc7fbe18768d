"""Series of numbers: no gap, no double."""

from concurrent.futures import ThreadPoolExecutor

from tracker.db import db, writing
from tracker.numbers import next_in


def test_a_series_counts_from_one(app):
    assert [next_in("通报 2020") for _ in range(3)] == [1, 2, 3]


def test_series_do_not_disturb_each_other(app):
    assert [next_in(name) for name in ("甲", "乙", "甲")] == [1, 1, 2]


def test_a_number_that_was_not_kept_is_given_again():
    assert next_in("甲") == 1
    db.session.commit()
    assert next_in("甲") == 2
    db.session.rollback()
    assert next_in("甲") == 2


def test_who_asks_at_once_waits_for_the_other(own_app):
    def take(number: int) -> int | None:
        """A number, kept by two of three."""
        with own_app.app_context(), writing():
            given = next_in("甲")
            if number % 3 == 0:
                db.session.rollback()
                return None
            db.session.commit()
            return given

    with ThreadPoolExecutor(4) as hands:
        given = [number for number in hands.map(take, range(30)) if number is not None]
    assert sorted(given) == list(range(1, 21))
