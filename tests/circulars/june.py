"""June 2020 of a made-up city, as figures: what the tests of this room compose and print."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tracker.circulars.figures import (
    Board,
    Case,
    Figures,
    ListTotals,
    ProblemCase,
    SlipCase,
    Standing,
    Totals,
    Urging,
    WorkRow,
)
from tracker.circulars.paper import Letterhead

AREAS = Board(
    "县（区）、功能区组",
    (
        Standing("岱山县", 1, "好", Decimal("98.40"), 9, 9, 0, moved=2),
        Standing("定海区", 2, "好", Decimal("95.12"), 12, 12, 0, moved=-1),
        Standing("普陀区", 3, "较好", Decimal("88.06"), 11, 10, 1, moved=-1),
        Standing("新城管委会", 4, "较好", Decimal("83.08"), 9, 8, 1, moved=0),
        Standing("嵊泗县", 5, "滞后", Decimal("71.50"), 8, 5, 3, moved=None, is_behind=True),
        Standing("普陀山-朱家尖管委会", None, "好", Decimal("99.00"), 2, 2, 0, note="任务数较少，不排名"),
    ),
)
MEMBERS = Board(
    "成员单位组",
    (
        Standing("市农业农村局", 1, "好", Decimal("99.12"), 14, 14, 0, moved=0),
        Standing("市人社局", 2, "好", Decimal("96.35"), 8, 8, 0, moved=3),
        Standing("市财政局", 2, "好", Decimal("96.35"), 7, 7, 0, moved=1),
        Standing("市教育局", 4, "较好", Decimal("86.20"), 5, 4, 0, moved=-2),
        Standing("市水利局", 5, "一般", Decimal("81.77"), 6, 5, 0, moved=-1),
        Standing("市民政局", 6, "滞后", Decimal("74.35"), 9, 6, 3, moved=-1, is_behind=True),
        Standing("市红十字会", None, "", None, 0, 0, 0, note="不参与评价"),
    ),
)
CASES = (
    Case("嵊泗县", "责任", "对年家庭人均收入8000元以下渔农户逐户明确责任部门", date(2020, 5, 31), 20),
    Case("市民政局", "牵头", "完成低保边缘户认定标准“两线合一”的衔接工作", date(2020, 6, 5), 16),
    Case("嵊泗县", "责任", "新增扶贫基地不少于1家", date(2020, 6, 12), 11),
    Case("普陀区", "责任", "逐户落实差异化帮扶举措", date(2020, 6, 24), 3),
    Case("市民政局", "责任", "完成临时救助对象年中复核", date(2020, 6, 24), 3),
    Case("新城管委会", "责任", "公布公益性岗位清单", date(2020, 6, 29), 1),
    Case("嵊泗县", "配合", "报送驻村工作指导员联系表", date(2020, 6, 29), 1),
    Case("市民政局", "责任", "更新困难渔农户救助台账", date(2020, 6, 29), 1),
)
WORKS = (
    ("压实扶贫工作责任，明确乡镇（街道）以上干部定期联系制度", "市农业农村局", "联系制度已印发，进度60%。"),
    ("免费为驻村工作指导员赠送疫情专项保险", "市农业农村局", "投保手续已办结。"),
    ("对年家庭人均收入8000元以下渔农户逐户明确责任部门", "各县（区）、功能区", "5家已完成，嵊泗县逾期。"),
    ("逐户落实差异化帮扶举措", "各县（区）、功能区", "4家已完成，普陀区逾期未办结，其余正在推进。"),
    ("带动低收入渔农户发展渔农家乐等短平快项目", "市海洋与渔业局", "已对接经营主体，序时推进。"),
    ("新增扶贫基地15家以上", "市人社局", "累计新增9家，完成全年目标的60%。"),
    ("新增吸纳低收入渔农户就业90人以上", "市人社局", "累计吸纳57人，完成全年目标的63.3%。"),
    ("全市低保标准提高至每月810元", "市民政局", "标准调整方案已报批。"),
    ("优化扶贫小额信贷，鼓励各地出台贴息政策", "市财政局", "3个县（区）已出台贴息办法。"),
    ("年集体经济总收入30万元以上的村占91%以上", "市委组织部", "年度指标，序时推进。"),
)  # fmt: skip

IDS = {unit: place for place, unit in enumerate((s.unit for b in (AREAS, MEMBERS) for s in b.standings), 1)}


def known(board: Board) -> Board:
    """The board with the ids and obligations of its units; as many were ranked in May."""
    return replace(
        board,
        ranked_before=sum(s.rank is not None for s in board.standings),
        target=Decimal(80),
        standings=tuple(replace(s, unit_id=IDS[s.unit], obligations=s.due) for s in board.standings),
    )


AREAS, MEMBERS = known(AREAS), known(MEMBERS)
CASES = tuple(replace(case, unit_id=IDS[case.unit]) for case in CASES)

JUNE = Figures(
    year=2020,
    month=6,
    cutoff_on=date(2020, 6, 30),
    basis="《舟山市扶贫办2020年工作要点》（舟扶贫〔2020〕2号）",
    addressee="各县（区）扶贫办，新城、普陀山-朱家尖管委会扶贫办，市扶贫开发工作领导小组各成员单位",
    model_version=1,
    totals=Totals(
        units=13, tasks=31, assignments=218, due=100, on_time=90, late=2, overdue=8, due_next=25, carried=4
    ),
    last=Totals(units=13, tasks=31, assignments=218, due=80, on_time=68, late=4, overdue=8, due_next=92),
    boards=(AREAS, MEMBERS),
    cases=CASES,
    lists=ListTotals(registered=8, closed=3, open=5),
    urging=Urging(reminders=45, blue=1, yellow=2, red=0),
    works=tuple(WorkRow(*row) for row in WORKS),
    slips=(
        SlipCase("市民政局", "督黄〔2020〕1号", CASES[1].task, is_answered=True),
        SlipCase("嵊泗县", "督黄〔2020〕2号", CASES[0].task, is_answered=False),
    ),
    problems=(ProblemCase("嵊泗县", "2020-0003", "三个村的集体经营性收入没有入账。", date(2020, 6, 15), 11),),
)

PAPER = Letterhead(
    issuer="舟山市扶贫开发工作领导小组办公室",
    number="舟扶贫办〔2020〕7号",
    dated_on=date(2020, 7, 6),
    printed_by="舟山市扶贫开发工作领导小组办公室",
    printed_on=date(2020, 7, 6),
    copied_to=(
        "市委办公室",
        "市人大常委会办公室",
        "市政府办公室",
        "市政协办公室",
        "市扶贫开发工作领导小组组长、副组长",
    ),
)


def with_works(count: int) -> Figures:
    """June with an annex of ``count`` rows."""
    rows = (WORKS * (count // len(WORKS) + 1))[:count]
    return replace(JUNE, works=tuple(WorkRow(*row) for row in rows))
