"""The printed slip: one page, a reply slip overleaf, the same bytes each time."""

from dataclasses import replace
from datetime import date

import pytest

from tests.circulars.sheet import Sheets
from tracker.reminders.slips import pdf
from tracker.reminders.slips.rules import Colour

SLIP = pdf.Sheet(
    colour=Colour.YELLOW,
    number="督黄〔2020〕3号",
    unit="定海区扶贫开发工作领导小组",
    addressee="分管负责人",
    task="逐户制定帮扶措施，年底前确保低收入农户年人均可支配收入全面越过8000元。",
    duty="责任",
    facts=(
        ("完成时限", "2020年6月30日"),
        ("逾期情况", "逾期4个工作日"),
        ("进展", "40%"),
        ("最近联系", "2020-07-06 10:12，电话催办"),
        ("此前督办单", "督蓝〔2020〕1号（待回复）"),
    ),
    demand="请立即组织力量推进，查明逾期原因，明确完成时间和责任人。",
    due_on=date(2020, 7, 13),
    issuer="市扶贫开发工作领导小组办公室",
    issued_on=date(2020, 7, 6),
)


@pytest.fixture(scope="module")
def printed() -> bytes:
    return pdf.render(SLIP)


def test_a_slip_is_one_page_with_a_reply_slip_overleaf(printed):
    sheets = Sheets(printed)
    assert list(sheets.numbers) == [1, 2]
    front, back = ("".join(line.text for line in sheets.lines(page)) for page in (1, 2))
    for words in (
        "督办单",
        SLIP.number,
        "（分管负责人）",
        SLIP.task[:20],
        SLIP.demand[:20],
        "2020年7月13日",
        "签收人",
    ):
        assert words in front, words
    assert "督办单回执" in back
    assert "不晚于2020年7月13日回复" in back


def test_a_red_rule_stands_under_the_number(printed):
    sheets = Sheets(printed)
    rule = next(rule for rule in sheets.rules(1) if rule.colour == pytest.approx((0.9, 0.0, 0.07), abs=0.01))
    assert (rule.left, rule.right) == pytest.approx((28, 184), abs=0.5)
    assert rule.top > sheets.line(1, SLIP.number).bottom


def test_everything_stays_in_the_type_area(printed):
    sheets = Sheets(printed)
    for page in sheets.numbers:
        for line in sheets.lines(page):
            assert line.left >= 27.5, line.text
            assert line.right <= 184.5, line.text


def test_the_same_slip_gives_the_same_bytes(printed):
    assert pdf.render(SLIP) == printed
    assert pdf.render(replace(SLIP, demand="请说明情况。")) != printed
