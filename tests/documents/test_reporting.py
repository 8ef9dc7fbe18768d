"""How often a sentence asks for reports of progress, and that the task itself does not recur with them."""

import pytest

from tests.documents.readings import directory
from tracker.documents.draft import reading_of
from tracker.documents.flags import flags
from tracker.documents.parse import parse
from tracker.documents.reading import Reading, Reporting
from tracker.documents.reporting import asked

CLAUSE = "（责任单位：市教育局）"


def tasks(sentence):
    text = f"海屿市人民政府办公室\n2020年6月10日\n\n2020年工作要点\n\n一、排查校舍。{sentence}{CLAUSE}"
    reading = reading_of(parse(text).as_json(), 2020)
    return reading, [task for _, task in reading.tasks()]


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("完成校舍排查，按月报送进展。", Reporting.MONTHLY),
        ("每月5日前报送上月进展情况。", Reporting.MONTHLY),
        ("每月25日前，将落实情况报市农业农村局。", Reporting.MONTHLY),
        ("每季度末反馈落实情况。", Reporting.QUARTERLY),
        ("按月评价、按月通报。", Reporting.AT_NODES),
        ("每月5日前报送工作信息两条。", Reporting.AT_NODES),
        ("每周报送进展，每日报告情况。", Reporting.AT_NODES),
        ("", Reporting.AT_NODES),
    ],
)
def test_reports_are_asked_for_by_the_month_or_the_quarter_and_never_more_often(sentence, rule):
    assert asked(sentence) is rule


def test_where_only_the_reports_come_again_the_task_runs_to_the_end_of_the_year():
    reading, (task,) = tasks("完成校舍排查，每月5日前报送进展情况。")
    assert (task.reporting, task.recurrence, task.deadline) == (Reporting.MONTHLY, None, "2020-12-31")
    assert Reading.from_json(reading.as_json()) == reading


def test_what_was_stored_before_there_was_a_rule_reports_at_its_nodes():
    reading, _ = tasks("完成校舍排查。")
    stored = reading.as_json()
    del stored["points"][0]["tasks"][0]["reporting"]
    assert next(task for _, task in Reading.from_json(stored).tasks()).reporting is Reporting.AT_NODES


@pytest.mark.parametrize(("sentence", "words"), [("每周", "每周一期"), ("每日", "不按日分期")])
def test_a_task_of_every_week_or_day_is_said_to_be_against_the_relief(sentence, words):
    reading, _ = tasks(f"{sentence}巡查校舍一次。")
    (flag,) = [flag for flag in flags(reading, directory(), None) if flag.kind == "often"]
    assert words in flag.message
    assert not flag.is_blocking
