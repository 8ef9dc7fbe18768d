"""The month and the year as workbooks: the figures of the sheets, and the formulas that come to them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from tests import make
from tests.conftest import NOW, sign_in
from tests.scores.test_month import FROZEN, OVER
from tracker.accounts.models import Role
from tracker.db import db
from tracker.scores import actions
from tracker.scores.formula import DEFAULT_MODEL
from tracker.scores.year.actions import rate
from tracker.scores.year.rules import NO_MANAGEMENT, NO_MONTH, YearScore, ranks, year_score
from tracker.workdays import statutory
from tracker.workflow import State


@pytest.fixture
def june(reporter):
    """Two units; the first has three duties in time and one late, under a title that looks like a formula."""
    for _ in range(3):
        make.assignment(reporter.unit, deadline=date(2020, 6, 30), state=State.CLOSING)
    late = make.assignment(reporter.unit, title="=1+1", deadline=date(2020, 6, 24), state=State.ACTIVE)
    late.received_at = datetime(2020, 6, 1, tzinfo=UTC)
    other = make.unit("市教育局")
    for _ in range(3):
        make.assignment(other, deadline=date(2020, 6, 30), state=State.CLOSING)
    make.board("部门组", reporter.unit, other)
    (evaluation,) = actions.evaluate("2020-06", None, FROZEN, statutory())
    db.session.commit()
    return evaluation


def book_of(answer, **options):
    assert answer.status_code == 200
    return openpyxl.load_workbook(BytesIO(answer.data), **options)


def column(page, heading):
    place = next(cell.column for cell in page[1] if cell.value == heading)
    return [page.cell(row, place).value for row in range(2, page.max_row + 1)]


def test_the_workbook_holds_the_figures_and_the_formulas_for_them(client, june, supervisor):
    sign_in(client, supervisor)
    answer = client.get("/scores/2020-06.xlsx")
    figures, formulas = book_of(answer, data_only=True), book_of(answer)
    assert column(figures["得分"], "得分") == [100, 59.2]
    assert column(figures["得分"], "名次") == [1, 2]
    assert column(figures["得分"], "按时办结率得分") == [75, 45]
    assert column(figures["得分"], "逾期扣分") == [0, 0.8]
    assert sorted(column(figures["承办项"], "逾期扣分")) == [0, 0, 0, 0, 0, 0, 0.8]
    score = column(formulas["得分"], "得分")[0]
    assert score == '=IF(C2=0,"",ROUND(ROUND(MAX(0,MIN(100,MAX(0,S2-T2-U2-V2))+W2+X2),8),2))'
    met = column(formulas["得分"], "按时分量")[0]
    assert met == "=SUMIFS(承办项!$J$2:$J$8,承办项!$A$2:$A$8,$A2,承办项!$F$2:$F$8,1)"
    titles = [cell for row in formulas["承办项"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in titles] == ["s"]


def test_a_unit_gets_its_own_part_only(client, june, reporter):
    sign_in(client, reporter)
    book = book_of(client.get("/scores/2020-06.xlsx"), data_only=True)
    assert column(book["得分"], "单位") == [reporter.unit.name]
    assert set(column(book["承办项"], "单位")) == {reporter.unit.name}
    assert client.get("/scores/2020-05.xlsx").status_code == 404


def test_a_board_in_bands_keeps_its_ranks_and_others_figures_to_itself(client, june, reporter, supervisor):
    rules = DEFAULT_MODEL | {"banded_boards": [june.board_id]}
    june.model = actions.add_model(rules, "2020-06", None, NOW)
    db.session.commit()
    sign_in(client, reporter)
    page = client.get("/scores/").text
    assert "按档次公布" in page
    assert "好1家，较好0家，一般1家，滞后0家" in page
    assert ("59.20" in page, "<b>100.00</b>" in page) == (True, False)
    sign_in(client, supervisor)
    assert "<b>100.00</b>" in client.get("/scores/").text


def test_the_rank_page_draws_its_charts_with_words_for_readers(client, june, supervisor):
    sign_in(client, supervisor)
    page = client.get("/scores/").text
    assert 'aria-label="部门组2020-06得分：第1名市教育局100.00分' in page
    assert "本组参加排名的只有2家" in page


# The year


@pytest.mark.parametrize(
    ("months", "management", "expected"),
    [
        (["80", "90"], "95", YearScore(Decimal("85.00"), Decimal("86.00"), "")),
        (["83.08", "99.12", "90"], "88.5", YearScore(Decimal("90.73"), Decimal("90.51"), "")),
        (["90.05"], "90", YearScore(Decimal("90.05"), Decimal("90.05"), "")),  # 90.045: halves up
        (["90"], None, YearScore(Decimal("90.00"), None, NO_MANAGEMENT)),
        ([], "90", YearScore(None, None, NO_MONTH)),
    ],
)
def test_the_year_is_nine_tenths_mean_and_one_tenth_management(months, management, expected):
    given = None if management is None else Decimal(management)
    assert year_score([*map(Decimal, months)], given, DEFAULT_MODEL) == expected


def test_without_a_share_for_management_the_mean_is_the_year():
    model = {"year": {"mean": "1", "management": "0"}}
    assert year_score([Decimal(90)], None, model).total == Decimal("90.00")
    assert ranks([Decimal(90), None, Decimal(95), Decimal(90)]) == [2, None, 1, 2]


def test_a_year_is_rated_ranked_and_taken_away(client, june, reporter, supervisor):
    actions.settle(june, None, OVER)
    rate(make.unit("市教育局"), 2020, Decimal("80"), "信息报送及时", supervisor, NOW)
    sign_in(client, supervisor)
    said = {"year": "2020", "unit_id": reporter.unit_id, "score": "101", "grounds": "全年无差错"}
    wrong = client.post("/scores/year/", data=said)
    assert (wrong.status_code, "只能是0至100" in wrong.text, "全年无差错" in wrong.text) == (422, True, True)
    done = client.post("/scores/year/", data=said | {"score": "100"}, follow_redirects=True)
    assert "63.28" in done.text  # 0.9 x 59.20 + 0.1 x 100
    book = client.get("/scores/year/2020.xlsx")
    page, formulas = book_of(book, data_only=True)["1.部门组"], book_of(book)["1.部门组"]
    assert [[cell.value for cell in row[:6]] for row in page.iter_rows(min_row=4)] == [
        ["市教育局", 100, 100, 80, 98, 1],
        ["市发展改革委", 59.2, 59.2, 100, 63.28, 2],
    ]
    assert formulas["C4"].value == '=IF(COUNT(B4:B4)=0,"",AVERAGE(B4:B4))'
    sign_in(client, make.user(Role.REPORTER, make.unit("市教育局")))
    own = client.get("/scores/year/?year=2020").text
    assert ("信息报送及时" in own, "63.28" in own) == (True, False)
