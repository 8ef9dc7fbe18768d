"""From the parser's answer to the first reading a person sees."""

import json
import re
from html import unescape
from pathlib import Path

import pytest

from tests.documents.readings import directory
from tracker.documents.draft import reading_of
from tracker.documents.flags import flags
from tracker.documents.parse import parse
from tracker.documents.proof import Proof
from tracker.documents.reading import Reading

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.txt"))
SEED = Path(__file__).parents[3] / "shared" / "seed" / "zhoushan-2020-2.txt"
HEAD = "海屿市人民政府办公室\n2020年6月10日\n\n2020年渔港建设工作要点\n\n"


def read(*lines: str) -> tuple[Reading, str]:
    text = HEAD + "\n".join(lines)
    parsed = parse(text).as_json()
    return reading_of(parsed, parsed["plan_year"] or 2020), text


def measure(**facts):
    """A parser's answer with one point and one measure."""
    whole = {"text": "完成整治。", "span": [10, 15], "deadline": None, "deadline_text": "", "targets": []}
    point = {
        "number": "一",
        "title": "整治",
        "span": [0, 20],
        "title_span": [0, 4],
        "measures": [whole | facts],
        "responsible_units": [],
        "lead_units": [],
    }
    parsed = {"date": "2020-06-10", "points": [point]}
    return reading_of(parsed, 2020).points[0].tasks


def test_every_measure_is_a_task_due_by_the_end_of_the_year():
    reading, text = read("一、修建渔港。疏浚航道。加固码头。（责任单位：市教育局）")

    (point,) = reading.points
    assert [task.title for task in point.tasks] == ["疏浚航道", "加固码头"]
    assert {(task.deadline, task.basis) for task in point.tasks} == {("2020-12-31", "document_year")}
    assert text[point.start : point.title_stop] == "一、修建渔港"


def test_several_deadlines_make_several_tasks_and_no_word_is_lost():
    reading, text = read(
        "一、修建渔港。对全市渔港开展排查，7月底前列出清单，9月底前完成整治，年底前全部验收。（责任单位：市教育局）"
    )

    tasks = reading.points[0].tasks
    assert [task.deadline for task in tasks] == ["2020-07-31", "2020-09-30", "2020-12-31"]
    assert [task.title for task in tasks] == ["7月底前列出清单", "9月底前完成整治", "年底前全部验收"]
    assert tasks[0].text == "对全市渔港开展排查，7月底前列出清单"
    assert [text[task.deadline_start : task.deadline_stop] for task in tasks] == [
        "7月底前",
        "9月底前",
        "年底前",
    ]


def test_every_fact_has_its_place_in_the_text():
    reading, text = read("一、修建渔港。8月底前建成渔港3座。（责任单位：市教育局、市人社局）")

    (point,) = reading.points
    (task,) = point.tasks
    assert text[task.start : task.stop].startswith("8月底前建成渔港3座")
    assert [text[unit.start : unit.stop] for unit in point.units] == ["市教育局", "市人社局"]
    assert "3座" in text[task.targets[0].start : task.targets[0].stop]


def test_duties_are_those_of_the_clause():
    reading, _ = read("一、修建渔港。疏浚航道。（牵头单位：市教育局；配合单位：市人社局）")
    assert [(unit.text, unit.duty) for unit in reading.points[0].units] == [
        ("市教育局", "lead"),
        ("市人社局", "support"),
    ]


def test_shares_of_a_whole_carry_their_unit():
    reading, _ = read("一、修建渔港。建成渔港3座（其中定海2座、普陀1座）。（责任单位：各县（区））")

    rows = reading.points[0].tasks[0].targets
    assert [(row.scope, row.value) for row in rows] == [("", "3"), ("定海", "2"), ("普陀", "1")]
    assert flags(reading, directory(), None)[1:] == []


def test_whom_a_target_is_for_is_no_share():
    targets = [{"subject": "定期联系", "op": ">=", "value": 1, "unit": "人", "for": "每户"}]
    (row,) = measure(targets=targets)[0].targets
    assert (row.subject, row.scope) == ("每户定期联系", "")


def test_response_times_and_thresholds_are_no_targets():
    targets = [
        {"subject": "上报", "op": "<=", "value": 1, "unit": "小时", "for": None, "sla": True},
        {"subject": "造价", "op": ">=", "value": 500, "unit": "万元", "for": None, "criterion": True},
    ]
    assert measure(targets=targets)[0].targets == ()


def test_a_number_too_large_for_the_ledger_stays_in_words():
    targets = [{"subject": "投资", "op": ">=", "value": 10**20, "unit": "元", "for": None}]
    (row,) = measure(targets=targets)[0].targets
    assert (row.value, row.value_text) == ("", "1" + "0" * 20)


@pytest.mark.parametrize(
    ("facts", "deadline", "words"),
    [
        (
            {"deadline": {"due": "2020-07-31", "ambiguous": True, "alt_due": "2020-08-31"}},
            "2020-07-31",
            "两种理解",
        ),
        (
            {"deadline": {"due": "2020-02-29", "invalid_source_date": True}},
            "2020-02-29",
            "日期有误，已按2020-02-29",
        ),
        ({"deadline": {"immediate": True}}, "2020-07-10", "成文后30天"),
        ({"deadline": {"done": True}}, "2020-12-31", "已"),
        ({"deadline": {"recurring": "monthly", "day": None}, "weak": True}, "2020-12-31", "周期"),
        ({"deadline": None}, "2020-12-31", "不能确定"),
    ],
)
def test_what_is_not_plain_asks_a_person(facts, deadline, words):
    (task,) = measure(deadline_text="已定", deadline_span=[10, 12], **facts)
    assert task.deadline == deadline
    assert words in task.doubt


def test_a_recurring_task_keeps_its_rule():
    (task,) = measure(deadline={"recurring": "monthly", "day": 5, "rrule": "FREQ=MONTHLY;BYMONTHDAY=5"})
    assert (task.recurrence, task.deadline, task.basis) == ("FREQ=MONTHLY;BYMONTHDAY=5", "2020-12-31", "text")


def test_an_open_ended_task_has_no_deadline():
    (task,) = measure(deadline={"open_ended": True}, deadline_text="长期坚持")
    assert (task.deadline, task.is_open_ended, task.doubt) == (None, True, "")


def test_a_measure_without_a_deadline_takes_that_of_its_point():
    point = {
        "number": "一",
        "title": "整治",
        "span": [0, 20],
        "title_span": [0, 4],
        "deadline": {"due": "2020-09-30"},
        "deadline_text": "9月底前",
        "measures": [],
    }
    (task,) = reading_of({"points": [point]}, 2020).points[0].tasks
    assert (task.text, task.deadline, task.deadline_text) == ("整治", "2020-09-30", "9月底前")


def test_a_statement_of_fact_comes_in_dropped():
    assert measure(background=True)[0].is_dropped


def test_units_for_every_point_are_told_in_a_note():
    reading = reading_of({"points": [], "default_units": ["各县（区）"]}, 2020, ["有图片没有读出"])
    assert reading.notes[0] == "有图片没有读出"
    assert "各县（区）" in reading.notes[1]


def test_full_names_and_right_spellings_are_taken():
    point = {
        "number": "一",
        "title": "整治",
        "span": [0, 20],
        "title_span": [0, 4],
        "measures": [],
        "responsible_units": ["交通厅", "市救育局"],
        "unit_spans": {"交通厅": [5, 8]},
    }
    names = {"unit_expansions": {"交通厅": "省交通厅"}, "unit_corrections": {"市救育局": "市教育局"}}
    units = reading_of({"points": [point], **names}, 2020).points[0].units
    assert [(unit.text, unit.start) for unit in units] == [("省交通厅", 5), ("市教育局", None)]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_becomes_a_reading_with_its_places(sample):
    text = sample.read_text(encoding="utf-8")
    reading = reading_of(parse(text).as_json(), 2021)

    proof = Proof(text, reading, directory(), None)
    assert unescape(re.sub("<[^>]*>", "", "".join(map(proof.lit, proof.blocks)))) == text
    assert Reading.from_json(json.loads(json.dumps(reading.as_json()))) == reading
    for _, task in reading.tasks():
        there = re.sub(r"\s", "", text[task.start : task.stop])
        assert there.startswith(re.sub(r"\s", "", task.text)[:6])


@pytest.mark.skipif(not SEED.exists(), reason="the reference corpus is not here")
def test_the_seed_is_read_as_a_person_would():
    text = SEED.read_text(encoding="utf-8")
    reading = reading_of(parse(text).as_json(), 2020)

    assert len(reading.points) == 10
    third = [task.deadline for task in reading.points[2].tasks]
    assert third[:3] == ["2020-05-31", "2020-06-30", "2020-12-31"]
    for point, task in reading.tasks():
        assert point.start <= task.start < task.stop <= point.stop
        assert text[task.start : task.stop].replace("\n", "").startswith(task.text[:6])
