from datetime import UTC, date, datetime
from decimal import Decimal

from tracker.web import filters

DAY = date(2020, 6, 30)


def test_days_and_moments_are_written_as_in_china():
    assert filters.day(DAY) == "2020年6月30日"
    assert filters.short_day(DAY) == "2020-06-30"
    assert filters.weekday(DAY) == "星期二"
    assert filters.moment(datetime(2020, 6, 30, 16, 5, tzinfo=UTC)) == "2020-07-01 00:05"


def test_nothing_is_written_for_no_day():
    assert filters.day(None) == filters.short_day(None) == filters.moment(None) == ""


def test_shares():
    assert filters.percent(0.834) == "83%"
    assert filters.percent(0.834, 1) == "83.4%"
    assert filters.percent(None) == "—"


def test_points_round_halves_up():
    assert filters.points(Decimal("80.625")) == "80.63"
    assert filters.points(Decimal("-0.5")) == "−0.50"
    assert filters.points(Decimal(0)) == "0.00"


def test_the_last_day_is_still_on_time():
    assert filters.days_left(DAY, date(2020, 6, 28)) == "还有2天"
    assert filters.days_left(DAY, DAY) == "今天到期"
    assert filters.days_left(DAY, date(2020, 7, 1)) == "逾期1个工作日"
    assert filters.days_left(date(2020, 7, 3), date(2020, 7, 5)) == "逾期不足1个工作日"  # over a weekend
    assert filters.days_left(date(2020, 6, 24), date(2020, 6, 28)) == "逾期1个工作日"  # a make-up Sunday


def test_the_size_of_a_file_is_said_in_the_next_larger_measure():
    assert filters.file_size(108) == "108 字节"
    assert filters.file_size(12_800) == "12.5 KB"
    assert filters.file_size(3 * 1024**2) == "3.0 MB"
