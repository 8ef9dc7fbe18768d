"""What can be read in an order of a few sentences."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents.readings import directory
from tracker.documents.reading import DeadlineBasis, Duty, Reading, Reporting
from tracker.tasks.entry.orders import parts_of, read_order
from tracker.tasks.entry.rules import level_of, standing, starts_on, task_of

GIVEN_ON = date(2020, 7, 3)
LEAD, RESPONSIBLE, SUPPORT = Duty.LEAD, Duty.RESPONSIBLE, Duty.SUPPORT


def read(text):
    return read_order(text, GIVEN_ON, directory())


def units(text):
    return [(unit.text, unit.duty) for unit in read(text).points[0].units]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("完成排查。（牵头单位：市教育局；配合单位：市财政局）", [("市教育局", LEAD), ("市财政局", SUPPORT)]),
        (
            "市教育局牵头，市财政局、各县（区）配合，完成排查。",
            [("市教育局", LEAD), ("市财政局", SUPPORT), ("各县（区）", SUPPORT)],
        ),
        ("请市教育局牵头、市财政局配合，完成排查。", [("市教育局", LEAD), ("市财政局", SUPPORT)]),
        ("由市教育局负责，抓好排查。", [("市教育局", RESPONSIBLE)]),
        (
            "会议要求，市教育局要抓紧排查，市财政局保障资金。",
            [("市教育局", RESPONSIBLE), ("市财政局", RESPONSIBLE)],
        ),
        ("会议决定，市文旅局要尽快办好民宿大会。", [("市文旅局", RESPONSIBLE)]),
        ("向市教育局报告，整治30所（其中定海区18所、普陀区12所）。", []),
    ],
)
def test_units_are_found_in_a_clause_or_in_the_running_words(text, expected):
    assert units(text) == expected


def test_the_deadline_counts_from_the_day_of_the_order():
    task = task_of(read("市教育局于8月15日前拿出方案。"))
    assert (task.deadline, task.basis, task.doubt) == ("2020-08-15", DeadlineBasis.TEXT, "")


def test_without_a_deadline_the_end_of_the_year_is_in_doubt():
    task = task_of(read("市教育局抓好排查。"))
    assert (task.deadline, task.basis) == ("2020-12-31", DeadlineBasis.DOCUMENT_YEAR)
    assert "暂按年底登记" in task.doubt


def test_what_is_to_be_kept_up_has_no_deadline():
    task = task_of(read("长期坚持抓好校舍安全。市教育局负责。"))
    assert (task.deadline, task.is_open_ended, task.doubt) == (None, True, "")


def test_reports_levels_and_targets_are_read_from_the_words():
    text = "市教育局要在9月底前整治校舍不少于30所，按月报送进展。此项工作列入督办。"
    task = task_of(read(text))
    (target,) = task.targets
    assert task.reporting is Reporting.MONTHLY
    assert (target.comparison, target.value, target.measure) == (">=", "30", "所")
    assert [level_of(words) for words in (text, "列为全市重点。", "认真落实。")] == [
        "supervised",
        "key",
        "ordinary",
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("会议要求：市教育局牵头，市财政局配合，完成校舍排查。", "完成校舍排查"),
        ("一、完成校舍排查。（责任单位：市教育局）", "完成校舍排查"),
        ("请市教育局于8月15日前拿出方案。", "市教育局于8月15日前拿出方案"),
    ],
)
def test_the_title_says_what_is_to_be_done(text, title):
    assert task_of(read(text)).title == title


def test_the_order_is_kept_as_it_was_given():
    text = "会议要求：市教育局牵头，\n完成校舍排查。（9月底前）"
    assert task_of(read(f"  {text}\n")).text == text


@given(
    st.text(
        alphabet="市教育局牵头，。（）：0123456789年月日前底每报送进展家不少于；、一、\n 各县区", max_size=80
    )
)
def test_no_text_breaks_the_reader(text):
    reading = read(text)
    assert Reading.from_json(reading.as_json()) == reading


def test_what_stands_against_issuing_is_said():
    found = standing(read("市文旅局于7月1日前拿出方案。"), directory(), GIVEN_ON)
    assert {flag.kind: flag.is_blocking for flag in found} == {"unknown_unit": True, "past": False}
    assert not standing(read("市教育局于8月1日前拿出方案。"), directory(), GIVEN_ON)


def test_a_unit_carries_the_task_from_the_day_it_is_told():
    today = date(2020, 7, 6)
    assert starts_on(GIVEN_ON, None, today) == today
    assert starts_on(GIVEN_ON, date(2020, 7, 5), today) == date(2020, 7, 5)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "会议议定：\n一、市住建局9月底前建成保障房。\n二、市民政局完成低保核查：（一）入户；（二）公示。\n",
            ["市住建局9月底前建成保障房。", "市民政局完成低保核查：（一）入户；（二）公示。"],
        ),
        (
            "会议要求，一是市住建局抓紧建设；二是市民政局8月底前完成核查。",
            ["市住建局抓紧建设", "市民政局8月底前完成核查。"],
        ),
        (
            "各县（区）要在9月底前完成下列工作：1.整治校舍1.5万平方米；2.清查台账。",
            [
                f"各县（区）要在9月底前完成下列工作：\n{part}"
                for part in ("整治校舍1.5万平方米", "清查台账。")
            ],
        ),
        ("市住建局牵头，9月底前建成保障房3000套。", ["市住建局牵头，9月底前建成保障房3000套。"]),
        ("二、市民政局8月底前完成核查。三、公示。", ["二、市民政局8月底前完成核查。三、公示。"]),
        ("一、只有一件。", ["一、只有一件。"]),
    ],
)
def test_an_order_of_several_things_is_parted_by_its_own_numbers(text, parts):
    assert parts_of(text) == parts
