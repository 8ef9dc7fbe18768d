"""Reading a year's notice."""

from datetime import date

import pytest

from tests.calendar.samples import NOTICE
from tracker.calendar.models import years_that_came_along
from tracker.calendar.rules import Day, compare, merged, read, write


def known(year: int) -> list[Day]:
    rows = years_that_came_along()
    return sorted(Day(row["day"], row["is_workday"], row["name"]) for row in rows if row["year"] == year)


def days(text: str, is_workday: bool) -> list[str]:
    reading = read(f"2027年部分节假日安排\n{text}")
    assert reading.faults == ()
    return [f"{one.day:%m-%d}" for one in reading.days if one.is_workday is is_workday]


def faults(text: str) -> str:
    return "；".join(read(f"2027年部分节假日安排\n{text}").faults)


def test_a_whole_notice_is_read():
    reading = read(NOTICE)

    assert (reading.year, reading.faults, reading.missing) == (2027, (), [])
    assert sum(not one.is_workday for one in reading.days) == 28
    assert [f"{one.day:%m-%d}" for one in reading.days if one.is_workday] == [
        "01-31", "02-20", "04-25", "05-08", "09-26", "10-09",
    ]  # fmt: skip
    assert reading.unused == ("2026年11月4日",)


@pytest.mark.parametrize("year", range(2004, 2027))
def test_every_year_that_came_along_is_read_back_as_it_was_written(year):
    reading = read(write(year, known(year)))
    assert (reading.year, list(reading.days), reading.faults) == (year, known(year), ())


@pytest.mark.parametrize(
    ("text", "free", "worked"),
    [
        ("元旦：1月1日放假，共1天。", ["01-01"], []),
        ("元旦:1月1日(星期五)放假,1月4日(星期一)补休。", ["01-01", "01-04"], []),
        ("清明节：4月5日放假，与周末连休，共3天。", ["04-05"], []),
        ("元旦：2026年12月31日（星期四）至1月2日（星期六）放假，共3天。", ["12-31", "01-01", "01-02"], []),
        (
            "春节：2月6日至\n7日（星期六、星期日）放假。2月20日、21日（星期六、星期日）上班。",
            ["02-06", "02-07"],
            ["02-20", "02-21"],
        ),
        ("1. 国际劳动节：５月１日—３日放假，共３天", ["05-01", "05-02", "05-03"], []),
        ("元旦：1月1日放假1天。1月9日（周六）正常上班。", ["01-01"], ["01-09"]),
    ],
)
def test_the_ways_notices_are_written(text, free, worked):
    assert days(text, is_workday=False) == free
    assert days(text, is_workday=True) == worked


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("元旦：1月1日（星期四）放假。", "2027年1月1日是星期五，文中写的是星期四"),
        ("元旦：1月1日至3日放假，共4天。", "写明共4天，读到的是3天"),
        ("元旦：1月1日放假。1月8日上班。", "1月8日是星期五，本来就是工作日"),
        ("元旦：1月1日至1月3日放假。1月3日（星期日）上班。", "1月3日写了两次"),
        ("清明节：4月31日放假。", "没有2027年4月31日这一天"),
        ("清明节：4月6日放假。", "4月5日是清明节，读到的放假日期里没有这一天"),
        ("元旦：1日放假。", "“1日”前面没有写月份"),
        ("春节：2月11日至5日放假。", "起止日期不对"),
        ("春节：2025年2月6日放假。", "2025年2月6日不在2027年"),
        ("元旦：1月1日起放假三天。", "没有读懂"),
        ("元旦：1月1日放假。元旦：1月2日放假。", "“元旦”写了两次"),
        ("大家好", "没有读到任何节日"),
    ],
)
def test_what_is_wrong_is_said(text, said):
    assert said in faults(text)


def test_advice_to_employers_is_no_order():
    """So the notice of 2024 speaks of the eve of the Spring Festival."""
    advice = "鼓励各单位结合带薪年休假等制度落实,安排职工在除夕(2月9日)休息"
    reading = read(
        "2024年部分节假日安排\n二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。"
        + advice
        + "。"
    )
    assert (reading.faults, reading.unused) == ((), (advice,))
    assert date(2024, 2, 9) not in {one.day for one in reading.days}


def test_a_text_without_a_year_is_not_guessed_at():
    reading = read("元旦：1月1日放假。")

    assert "没有读到年份" in reading.faults[0]
    assert reading.missing == []


def test_a_festival_that_falls_into_another_is_not_missed():
    assert read(write(2020, known(2020))).missing == []


def test_what_a_notice_does_not_speak_of_stays():
    changed = read("2020年春节：1月24日至30日放假，共7天。1月19日、2月1日上班。")
    after = merged(known(2020), changed)

    changes = compare(known(2020), after)
    assert [(f"{one.day:%m-%d}", one.before, one.after) for one in changes] == [
        ("01-31", "放假（春节）", "按星期"),
        ("02-01", "放假（春节）", "调休上班（春节）"),
        ("02-02", "放假（春节）", "按星期"),
    ]
    assert Day(date(2020, 10, 1), False, "国庆节") in after
