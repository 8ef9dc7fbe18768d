"""Phrases of our own, each with what a clerk would read in it."""

from datetime import date, timedelta
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracker.documents.deadlines import (
    Base,
    Deadline,
    Mention,
    find,
    governing,
    recurrence_rule,
    resolve,
    term_start,
)
from tracker.text import fold

ISSUED = date(2021, 3, 10)  # a Wednesday
BASE = Base(ISSUED, 2021)
SUMMER = Base(date(2020, 6, 18), 2020)


def due(text, **marks):
    return Deadline(due=date.fromisoformat(text), **marks)


def span(first, last, **marks):
    return Deadline(start=date.fromisoformat(first), due=date.fromisoformat(last), **marks)


def unsure(text, other):
    return due(text, ambiguous=True, alt_due=date.fromisoformat(other))


def since(text, **marks):
    return Deadline(start=date.fromisoformat(text), open_ended=True, **marks)


def every(kind, **marks):
    return Deadline(recurring=kind, **marks)


def reading(phrase, base=BASE):
    mention = resolve(phrase, base)
    return mention and mention.deadline


def readings(sentence, base=BASE):
    """(words, deadline) of every mention of running text."""
    norm = fold(sentence).norm
    return [(norm[each.start : each.stop], each.deadline) for each in find(norm, base)]


DATES = {
    "6月底前": due("2021-06-30"),
    "在6月底前": due("2021-06-30"),
    "6月底之前": due("2021-06-30"),
    "6月末": due("2021-06-30"),
    "10月底": due("2021-10-31"),
    "至7月底": due("2021-07-31"),
    "6月份": due("2021-06-30"),
    "12月": due("2021-12-31"),
    "2021年11月": due("2021-11-30"),
    "3月15日前": due("2021-03-15"),
    "3月15号前": due("2021-03-15"),
    "请于4月8日前": due("2021-04-08"),
    "务于2021年4月8日前": due("2021-04-08"),
    "4月8日之前": due("2021-04-08"),
    "2021年4月10日前以内": due("2021-04-10"),
    "4月8日以前": due("2021-04-08"),
    "完成时限：2021年11月30日": due("2021-11-30"),
    "11月30日完成设备安装": due("2021-11-30"),
    "9月底完成": due("2021-09-30"),
    "6月30日（星期三）前": due("2021-06-30"),
    "6月30日（含）前": due("2021-06-30"),
    "6月30日前完成，逾期通报": due("2021-06-30"),
    "年底前": due("2021-12-31"),
    "年底": due("2021-12-31"),
    "年末": due("2021-12-31"),
    "年终": due("2021-12-31"),
    "岁末": due("2021-12-31"),
    "年内": due("2021-12-31"),
    "今年内": due("2021-12-31"),
    "年度内": due("2021-12-31"),
    "今年底": due("2021-12-31"),
    "今年年底前": due("2021-12-31"),
    "本年底前": due("2021-12-31"),
    "力争年底": due("2021-12-31"),
    "2022年底": due("2022-12-31"),
    "2022年年底前": due("2022-12-31"),
    "到2022年底": due("2022-12-31"),
    "到2023年": due("2023-12-31"),
    "2023年": due("2023-12-31"),
    "2021年度": due("2021-12-31"),
    "上半年": due("2021-06-30"),
    "上半年底前": due("2021-06-30"),
    "上半年前": due("2021-06-30"),
    "下半年底前": due("2021-12-31"),
    "一季度": due("2021-03-31"),
    "第三季度": due("2021-09-30"),
    "第3季度": due("2021-09-30"),
    "三季度末前": due("2021-09-30"),
    "四季度内": due("2021-12-31"),
    "上半年内": due("2021-06-30"),
    "2022年第二季度": due("2022-06-30"),
    "2021Q3": due("2021-09-30"),
    "7月上旬": due("2021-07-10"),
    "10月中旬": due("2021-10-20"),
    "11月下旬": due("2021-11-30"),
    "10月中下旬": due("2021-10-31"),
    "6月最后一个工作日前": due("2021-06-30"),
    "5月最后一天": due("2021-05-31"),
    "不晚于9月10日": due("2021-09-10"),
    "不得迟于9月10日": due("2021-09-10"),
    "最迟8月底": due("2021-08-31"),
    "截止6月30日": due("2021-06-30"),
    "截至6月底前": due("2021-06-30"),
    "明年3月底前": due("2022-03-31"),
    "明年一季度": due("2022-03-31"),
    "明年上半年": due("2022-06-30"),
    "明年1月15日前": due("2022-01-15"),
    "明年年底": due("2022-12-31"),
    "明年": due("2022-12-31"),
    "后年6月底前": due("2023-06-30"),
    "21年6月底前": due("2021-06-30"),
    "2021-12-31": due("2021-12-31"),
    "2021.6.30": due("2021-06-30"),
    "2021/6/30前": due("2021-06-30"),
    "20211231": due("2021-12-31"),
    "2021.6": due("2021-06-30"),
    "6.30前": due("2021-06-30"),
    "6/30前": due("2021-06-30"),
    "“十四五”末": due("2025-12-31"),
    "到“十四五”期末": due("2025-12-31"),
    "十三五末": due("2020-12-31"),
    "到2035年": due("2035-12-31"),
    "三月内": due("2021-03-31"),
    "2021年12月31日前（可申请延期）": due("2021-12-31"),
}

NUMERALS = {
    "十月底前": due("2021-10-31"),
    "十二月三十一日前": due("2021-12-31"),
    "二〇二一年六月底": due("2021-06-30"),
    "二○二一年十一月十八日": due("2021-11-18"),
    "二零二一年九月": due("2021-09-30"),
    "二十日前": due("2021-03-20"),
    "元月底前": due("2021-01-31"),
    "６月３０日前": due("2021-06-30"),
    "2021 年 6 月 底 前": due("2021-06-30"),
}

HOURS = {
    "9月30日18时前": due("2021-09-30", time="18:00"),
    "6月20日18：00前": due("2021-06-20", time="18:00"),
    "6月8日下午5时前": due("2021-06-08", time="17:00"),
    "6月8日下午5点半前": due("2021-06-08", time="17:30"),
    "6月8日17时30分前": due("2021-06-08", time="17:30"),
    "6月18日中午12点前": due("2021-06-18", time="12:00"),
    "6月18日中午前": due("2021-06-18", time="12:00"),
    "6月10日上午10时前": due("2021-06-10", time="10:00"),
    "6月30日晚8时前": due("2021-06-30", time="20:00"),
    "6月30日晚上12点前": due("2021-06-30", time="24:00"),
    "6月30日24时前": due("2021-06-30", time="24:00"),
    "7月1日零时前": due("2021-07-01", time="00:00"),
    "2021-12-31 18:00前": due("2021-12-31", time="18:00"),
    "2021年6月26日下班前": due("2021-06-26"),
    "每周五17时前": every("weekly", day=5, time="17:00"),
    "每日上午10时前": every("daily", time="10:00"),
    "今天下班前": due("2021-03-10"),
    "明日12时前": due("2021-03-11", time="12:00"),
}

NEARBY = {
    "本月底前": due("2021-03-31"),
    "月底前": due("2021-03-31"),
    "这个月底": due("2021-03-31"),
    "本月20日前": due("2021-03-20"),
    "下月底前": due("2021-04-30"),
    "下个月10日前": due("2021-04-10"),
    "次月5日前": due("2021-04-05"),
    "下月中旬": due("2021-04-20"),
    "本周五前": due("2021-03-12"),
    "下周五前": due("2021-03-19"),
    "下下周一前": due("2021-03-22"),
    "周五前": due("2021-03-12"),
    "下周内": due("2021-03-21"),
    "本周内": due("2021-03-14"),
    "25日前": due("2021-03-25"),
    "5日前": unsure("2021-03-05", "2021-04-05"),
    "本季度末": due("2021-03-31"),
    "下季度": due("2021-06-30"),
    "即日起": since("2021-03-10"),
}

STRETCHES = {
    "2021年7月至2021年12月": span("2021-07-01", "2021-12-31"),
    "2022年7月至12月": span("2022-07-01", "2022-12-31"),
    "6月15日至7月15日": span("2021-06-15", "2021-07-15"),
    "6月15日至20日": span("2021-06-15", "2021-06-20"),
    "6月15-20日": span("2021-06-15", "2021-06-20"),
    "6月15日至月底": span("2021-06-15", "2021-06-30"),
    "5月-8月": span("2021-05-01", "2021-08-31"),
    "7～9月": span("2021-07-01", "2021-09-30"),
    "1至6月底": span("2021-01-01", "2021-06-30"),
    "12月7日—12月9日": span("2021-12-07", "2021-12-09"),
    "12月7日一12月9日": span("2021-12-07", "2021-12-09"),
    "6月25日-7月5日": span("2021-06-25", "2021-07-05"),
    "6.25-7.5": span("2021-06-25", "2021-07-05"),
    "2021.6-2021.12": span("2021-06-01", "2021-12-31"),
    "2021-06-25至2021-07-05": span("2021-06-25", "2021-07-05"),
    "自2021年1月起至3月底止": span("2021-01-01", "2021-03-31"),
    "从2021年3月25日开始至2021年6月30日结束": span("2021-03-25", "2021-06-30"),
    "11月至次年3月": span("2021-11-01", "2022-03-31"),
    "11月-3月": span("2021-11-01", "2022-03-31"),
    "11月至2022年2月": span("2021-11-01", "2022-02-28"),
    "今年10月至明年3月": span("2021-10-01", "2022-03-31"),
    "即日起至8月底": span("2021-03-10", "2021-08-31"),
    "自即日起到2021年5月底": span("2021-03-10", "2021-05-31"),
    "从现在起至年底": span("2021-03-10", "2021-12-31"),
    "从发文之日起至年底": span("2021-03-10", "2021-12-31"),
    "二季度至三季度": span("2021-04-01", "2021-09-30"),
    "8月中旬至9月上旬": span("2021-08-11", "2021-09-10"),
    "2021年至2023年": span("2021-01-01", "2023-12-31"),
    "2021-2023年": span("2021-01-01", "2023-12-31"),
    "6月底至国庆节前": span("2021-06-30", "2021-09-30"),
    "下半年": span("2021-07-01", "2021-12-31"),
    "前三季度": span("2021-01-01", "2021-09-30"),
    "全年": span("2021-01-01", "2021-12-31"),
    "2022年全年": span("2022-01-01", "2022-12-31"),
    "全年持续推进": span("2021-01-01", "2021-12-31"),
    "全年坚持": span("2021-01-01", "2021-12-31"),
    "年内持续推进": span("2021-01-01", "2021-12-31"),
    "“十四五”期间": span("2021-01-01", "2025-12-31"),
    "2021—2022学年": span("2021-09-01", "2022-08-31"),
    "自2021年10月30日起": since("2021-10-30"),
    "2021年10月起": since("2021-10-01"),
    "自7月起": since("2021-07-01"),
    "2022年起": since("2022-01-01"),
}

PERIODS = {
    "自印发之日起30日内": due("2021-04-09"),
    "本意见印发之日起30日内": due("2021-04-09"),
    "印发后15日内": due("2021-03-25"),
    "自印发之日起3个月内": due("2021-06-10"),
    "自印发之日起三个月内": due("2021-06-10"),
    "文件下发一个月内": due("2021-04-10"),
    "通知下发后10个工作日内": due("2021-03-24"),
    "自本通知发布之日起20个工作日内": due("2021-04-08"),
    "自发文之日起一周内": due("2021-03-17"),
    "即日起10日内": due("2021-03-20"),
    "自本方案之日起15日内": due("2021-03-25"),
    "印发后24小时内": due("2021-03-11"),
    "自2021年7月1日起3个月内": due("2021-10-01"),
    "2021年5月10日后15日内": due("2021-05-25"),
    "2012年起5年内": due("2016-12-31"),
    "三个月内": due("2021-06-10"),
    "一个月内完成": due("2021-04-10"),
    "半年内": due("2021-09-10"),
    "半个月内": due("2021-03-25"),
    "一个半月内": due("2021-04-25"),
    "一年半内": due("2022-09-10"),
    "一年内": due("2022-03-10"),
    "90天内完成整改": due("2021-06-08"),
    "2个月内整改到位": due("2021-05-10"),
    "两周内": due("2021-03-24"),
    "十五日内": due("2021-03-25"),
    "15个自然日内": due("2021-03-25"),
    "5个工作日内": due("2021-03-17"),
    "办理时限：20个工作日": due("2021-04-08"),
    "3个月": due("2021-06-10"),
    "两年内": due("2023-03-10", ambiguous=True, alt_due=date(2022, 12, 31)),
    "力争用3年左右时间": due("2024-03-10", approx=True),
    "自印发之日起三个月": due("2021-06-10"),
    "2021年7月1日起三个月": due("2021-10-01"),
    "3个月左右": due("2021-06-10", approx=True),
    "用一个月的时间": due("2021-04-10", approx=True),
    "1至2个月内": due("2021-05-10", approx=True),
}

FESTIVALS = {
    "春节前": due("2022-01-31"),
    "农历春节前": due("2022-01-31"),
    "农历新年前": due("2022-01-31"),
    "2021年春节前": due("2021-02-11"),
    "明年春节前": due("2022-01-31"),
    "春节前一周": due("2022-01-25"),
    "春节前10天": due("2022-01-22"),
    "元旦前": due("2021-12-31"),
    "2022年元旦前": due("2021-12-31"),
    "元旦、春节前": due("2022-01-31"),
    "元宵节前": due("2022-02-14"),
    "清明节前": due("2021-04-03"),
    "五一前": due("2021-04-30"),
    "“五一”节前": due("2021-04-30"),
    "五一劳动节前": due("2021-04-30"),
    "六一儿童节前": due("2021-05-31"),
    "端午节前": due("2021-06-13"),
    "端午节前一周": due("2021-06-07"),
    "“七一”前": due("2021-06-30"),
    "八一建军节前": due("2021-07-31"),
    "教师节前": due("2021-09-09"),
    "中秋节前": due("2021-09-20"),
    "中秋、国庆节前": due("2021-09-30"),
    "国庆节前": due("2021-09-30"),
    "国庆前夕": due("2021-09-30"),
    "国庆长假前": due("2021-09-30"),
    "十一国庆节前": due("2021-09-30"),
    "“十一”黄金周前": due("2021-09-30"),
    "重阳节前": due("2021-10-13"),
    "国庆节前5个工作日": due("2021-09-26"),
    "秋季学期开学前": due("2021-08-31", approx=True),
    "高考前": due("2021-06-06", approx=True),
}

RECURRING = {
    "每月5日前": every("monthly", day=5),
    "每月5号前": every("monthly", day=5),
    "每个月5日前": every("monthly", day=5),
    "于每月4日前": every("monthly", day=4),
    "每月12日": every("monthly", day=12),
    "每月5日至10日": every("monthly", day=10),
    "每月底前": every("monthly", day=-1),
    "每月最后一天": every("monthly", day=-1),
    "每月上旬": every("monthly", day=10),
    "每月结束后5日内": every("monthly", day=5),
    "每月次月5日前": every("monthly", day=5),
    "每月": every("monthly"),
    "每月至少一次": every("monthly"),
    "按月推进": every("monthly"),
    "逐月": every("monthly"),
    "月调度": every("monthly"),
    "一月一调度": every("monthly"),
    "1次/月": every("monthly"),
    "每两个月": every("bimonthly"),
    "每半月": every("semimonthly"),
    "每旬": every("tenday"),
    "每季度首月10日前": every("quarterly", day=10, month_of_quarter=1),
    "每季度第一个月10日前": every("quarterly", day=10, month_of_quarter=1),
    "每季度第二个月10日前": every("quarterly", day=10, month_of_quarter=2),
    "每季度末月25日前": every("quarterly", day=25, month_of_quarter=3),
    "每季度最后一个月20日前": every("quarterly", day=20, month_of_quarter=3),
    "每季度结束后10日内": every("quarterly", day=10, month_of_quarter=1),
    "每季度末": every("quarterly", day=-1),
    "每季末前": every("quarterly", day=-1),
    "每季度汇总一次": every("quarterly"),
    "按季度": every("quarterly"),
    "每三个月": every("quarterly"),
    "每半年": every("semiannual"),
    "每半年末前": every("semiannual", day=-1),
    "每学期": every("semiannual"),
    "每年12月底前": every("yearly", day=-1, month=12),
    "每年7月30日前": every("yearly", day=30, month=7),
    "每年2月底前": every("yearly", day=-1, month=2),
    "每年2月29日前": every("yearly", day=29, month=2),
    "每年6月": every("yearly", month=6),
    "每年底前": every("yearly", day=-1, month=12),
    "每年一季度": every("yearly", day=-1, month=3),
    "每年上半年": every("yearly", day=-1, month=6),
    "每年国庆节前": every("yearly", day=30, month=9),
    "每年春节前": every("yearly"),
    "每年10月至次年3月": every("yearly", day=-1, month=3),
    "每年": every("yearly"),
    "原则上每年召开1次": every("yearly"),
    "每两年": every("biennial"),
    "每周五前": every("weekly", day=5),
    "每周四下班前": every("weekly", day=4),
    "每周一": every("weekly", day=1),
    "每星期日": every("weekly", day=7),
    "每周一次": every("weekly"),
    "每周": every("weekly"),
    "一周一次": every("weekly"),
    "每两周": every("biweekly"),
    "每双周周五": every("biweekly", day=5),
    "每日": every("daily"),
    "每天17:00前": every("daily", time="17:00"),
    "每个工作日": every("daily"),
    "2022年6月起，每月25日前": every("monthly", day=25, start=date(2022, 6, 1)),
    "从2022年3月起，务于每月25日前": every("monthly", day=25, start=date(2022, 3, 1)),
    "每月5日前，逢节假日顺延": every("monthly", day=5, next_workday=True),
}

STATES = {
    "长期坚持": Deadline(open_ended=True),
    "长期": Deadline(open_ended=True),
    "常年": Deadline(open_ended=True),
    "持续推进": Deadline(open_ended=True),
    "常态化开展": Deadline(open_ended=True),
    "立行立改": Deadline(immediate=True),
    "即知即改": Deadline(immediate=True),
    "立即整改": Deadline(immediate=True),
    "立行立改，长期坚持": Deadline(immediate=True, open_ended=True),
    "立即整改,长期坚持": Deadline(immediate=True, open_ended=True),
    "立行立改并长期坚持": Deadline(immediate=True, open_ended=True),
    "已完成": Deadline(done=True),
    "已完成整改": Deadline(done=True),
    "已于2021年1月完成": Deadline(done=True),
    "已完成，并长期坚持": Deadline(done=True, open_ended=True),
    "6月底前完成并长期坚持": due("2021-06-30", open_ended=True),
    "立即整改，6月底前完成": due("2021-06-30", immediate=True),
}

DOUBTFUL = {
    "11月前": unsure("2021-10-31", "2021-11-30"),
    "2021年11月前": unsure("2021-10-31", "2021-11-30"),
    "1月前": unsure("2020-12-31", "2021-01-31"),
    "2025年前": unsure("2024-12-31", "2025-12-31"),
    "三季度前": unsure("2021-06-30", "2021-09-30"),
    "7月中旬前": unsure("2021-07-20", "2021-07-10"),
    "2021年9月31日": due("2021-09-30", invalid_source_date=True),
    "2021年2月30日前": due("2021-02-28", invalid_source_date=True),
    "ZOI7年年底前": due("2017-12-31", invalid_source_date=True),
    "2O22年6月底前": due("2022-06-30", invalid_source_date=True),
    "1O月底前": due("2021-10-31", invalid_source_date=True),
    "6月初": due("2021-06-10", approx=True),
    "年中": due("2021-06-30", approx=True),
    "6月底左右": due("2021-06-30", approx=True),
    "年底前后": due("2021-12-31", approx=True),
}


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        pair
        for table in (
            DATES,
            NUMERALS,
            HOURS,
            NEARBY,
            STRETCHES,
            PERIODS,
            FESTIVALS,
            RECURRING,
            STATES,
            DOUBTFUL,
        )
        for pair in table.items()
    ],
)
def test_a_phrase_by_itself(phrase, expected):
    assert reading(phrase) == expected


@pytest.mark.parametrize(
    "phrase",
    [
        "汛前",
        "汛期来临前",
        "主汛期前",
        "伏季休渔开始前",
        "开幕式前10天",
        "闭幕后15个工作日内",
        "至运动会闭幕",
        "学校开学前",
        "春节后",
        "年前",
        "岁末年初",
        "今冬明春",
        "国庆期间",
        "收到通知后5个工作日内",
        "收到本通知之日起10个工作日内",
        "上级方案印发后1个月内",
        "审核通过后30个工作日内",
        "合同签订一个月内",
        "根据筹备组统一安排确定",
        "会前14天内",
        "接到报告后1小时内",
        "自印发之日起99999999日内",
        "过渡期内",
        "腊月底前",
    ],
)
def test_a_time_that_hangs_on_something_else_is_left_to_a_person(phrase):
    assert resolve(phrase, BASE) is not None
    assert reading(phrase) is None


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "及时",
        "限期",
        "定期",
        "适时",
        "随时",
        "第一时间",
        "尽快",
        "根据需要",
        "市教育局",
        "〔2020〕2号",
        "2018-2022",
    ],
)
def test_what_says_no_time_says_nothing(phrase):
    assert resolve(phrase, BASE) is None


@pytest.mark.parametrize(
    "phrase",
    [
        "比2020年下降5%",
        "截至2020年底",
        "自2021年7月1日起施行",
        "印发之日起施行",
        "99月99日",
        "13月底前",
        "99999年底前",
    ],
)
def test_a_date_that_is_no_deadline_is_none(phrase):
    assert reading(phrase) is None


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("自印发之日起30个工作日内", due("2020-07-31")),
        ("5个工作日内", due("2020-06-28")),  # a Sunday worked
        ("5月底前", due("2020-05-31")),  # past stays past
        ("一季度", due("2020-03-31")),
        ("五一前", due("2020-04-30")),
        ("春节前", due("2021-02-11")),
        ("端午节前", due("2020-06-24")),
        ("高考前", due("2020-07-06", approx=True)),
        ("2月底前", due("2020-02-29")),
        ("12月31日前", due("2020-12-31")),
        ("2020年10月1日前，遇节假日顺延", due("2020-10-09", next_workday=True)),
    ],
)
def test_in_june_2020(phrase, expected):
    assert reading(phrase, SUMMER) == expected


@pytest.mark.parametrize(
    ("year", "last"), [(2020, 29), (2021, 28), (2024, 29), (2000, 29), (2100, 28), (1900 + 150, 28)]
)
def test_february_ends_as_its_year_does(year, last):
    assert reading("2月底前", Base(plan_year=year)) == Deadline(due=date(year, 2, last))
    assert reading("1个月内", Base(date(year, 1, 31))) == Deadline(due=date(year, 2, last))


def test_the_year_is_the_one_written_then_the_planned_then_that_of_the_paper():
    autumn = Base(date(2020, 11, 20), 2021)

    assert reading("2022年6月底前", autumn) == due("2022-06-30")
    assert reading("6月底前", autumn) == due("2021-06-30")
    assert reading("今年底", autumn) == due("2021-12-31")
    assert reading("6月底前", Base(date(2020, 11, 20))) == due("2020-06-30")
    assert reading("春节前", autumn) == due("2021-02-11")
    assert reading("一个月内", autumn) == due("2020-12-20")


def test_next_year_is_doubtful_in_a_paper_issued_before_the_year_it_plans():
    assert reading("明年3月底前", Base(date(2020, 11, 20), 2021)) == due("2022-03-31", ambiguous=True)


def test_without_a_date_of_the_paper_what_counts_from_it_is_unknown():
    undated = Base(plan_year=2021)

    assert reading("印发后15日内", undated) is None
    assert reading("下月底前", undated) is None
    assert reading("6月底前", undated) == due("2021-06-30")
    assert reading("6月底前", Base()) is None
    assert reading("2021年6月底前", Base()) == due("2021-06-30")


def test_a_term_of_the_papers_own_is_counted_from_its_first_year():
    first = term_start("2012年起5年内，引进人才600名左右。")

    assert first == 2012
    assert reading("5年内", Base(date(2012, 7, 9), years_from=first)) == due("2016-12-31")
    assert term_start("2021年起施行，5日内备案。") is None


RUNNING = {
    "6月底前完成方案编制，9月底前开工，年底前全面建成。": [
        ("6月底前", due("2021-06-30")),
        ("9月底前", due("2021-09-30")),
        ("年底前", due("2021-12-31")),
    ],
    "请于7月15日17时前将自查报告报送专班。": [("7月15日17时前", due("2021-07-15", time="17:00"))],
    "一季度完成摸底，上半年完成招标，三季度进场施工。": [
        ("一季度", due("2021-03-31")),
        ("上半年", due("2021-06-30")),
        ("三季度", due("2021-09-30")),
    ],
    "到2022年，整治完成率达到70%；到2023年全面完成。": [
        ("到2022年", due("2022-12-31")),
        ("到2023年", due("2023-12-31")),
    ],
    "2022年9月开工，2024年6月建成。": [("2022年9月", due("2022-09-30")), ("2024年6月", due("2024-06-30"))],
    "2021年底前完成主体工程，次年6月底前投用。": [
        ("2021年底前", due("2021-12-31")),
        ("次年6月底前", due("2022-06-30")),
    ],
    "2022年6月底前完成审批，9月底前开工。": [
        ("2022年6月底前", due("2022-06-30")),
        ("9月底前", due("2022-09-30")),
    ],
    "到2025年建成港区。6月底前启动规划。": [
        ("到2025年", due("2025-12-31")),
        ("6月底前", due("2021-06-30")),
    ],
    "于2021年6月底和年底前分别报送半年和全年总结。": [
        ("2021年6月底", due("2021-06-30")),
        ("年底前", due("2021-12-31")),
    ],
    "5月底前、8月底前各抽查一次。": [("5月底前", due("2021-05-31")), ("8月底前", due("2021-08-31"))],
    "6月、9月、12月底前报送小结。": [
        ("6月", due("2021-06-30")),
        ("9月", due("2021-09-30")),
        ("12月底前", due("2021-12-31")),
    ],
    "4月至9月集中开展整治。": [("4月至9月", span("2021-04-01", "2021-09-30"))],
    "（二）集中整治阶段（5月16日至9月底）。": [("5月16日至9月底", span("2021-05-16", "2021-09-30"))],
    "总结提升阶段（11月）。": [("11月", due("2021-11-30"))],
    "自即日起至5月底开展大排查。": [("自即日起至5月底", span("2021-03-10", "2021-05-31"))],
    "10月1日起转入日常监管。": [("10月1日起", since("2021-10-01"))],
    "自2021年7月1日起，全面启用电子台账。": [("自2021年7月1日起", since("2021-07-01"))],
    "全市全年新增造林2万亩。": [("全年", span("2021-01-01", "2021-12-31"))],
    "落实惠企政策，全年为企业减负4亿元。": [("全年", span("2021-01-01", "2021-12-31"))],
    "全年累计培训渔民2000人次。": [("全年", span("2021-01-01", "2021-12-31"))],
    "每月5日前报送进展，每季度末报送小结。": [
        ("每月5日前", every("monthly", day=5)),
        ("每季度末", every("quarterly", day=-1)),
    ],
    "镇主要负责人每季度至少带队检查1次。": [("每季度", every("quarterly"))],
    "企业每周巡查管网不少于1次，每周五下班前报送清单。": [
        ("每周", every("weekly")),
        ("每周五下班前", every("weekly", day=5)),
    ],
    "在本方案印发之日起30日内制定细则。": [("本方案印发之日起30日内", due("2021-04-09"))],
    "各镇收到通知后5个工作日内组织自查。": [("收到通知后5个工作日内", None)],
    "休渔期开始前完成拆解，汛期来临前完成清淤。": [("休渔期开始前", None), ("汛期来临前", None)],
    "春节前完成慰问，国庆节前完成演练。": [
        ("春节前", due("2022-01-31")),
        ("国庆节前", due("2021-09-30")),
    ],
    "年内开工，明年上半年完工。": [("年内", due("2021-12-31")), ("明年上半年", due("2022-06-30"))],
    "力争2025年建成全省一流牧场。": [("2025年", due("2025-12-31"))],
}


@pytest.mark.parametrize(("sentence", "expected"), RUNNING.items())
def test_running_text(sentence, expected):
    assert readings(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "该方案已于2021年2月3日经市政府常务会议审议通过。",
        "2020年10月12日，市领导作出批示。",
        "2021年1月12日（周二）上午9:00在局三楼会议室召开会议。",
        "2020年10月23日至11月6日，督察组对我县开展了检查。",
        "根据《近海治理行动计划（2018-2022年）》抓好落实。",
        "贯彻近岸海域三年行动（2018—2022年）要求。",
        "单位能耗比2020年下降3.5%，较2015年下降18%。",
        "以2020年为基期，与2019年相比增长5%。",
        "截至2020年底，全市共有渔船3200艘。",
        "截止2月底，全市完成投资8亿元。",
        "2021年1月4日至2月28日，已完成首轮排查。",
        "对2000年底前建成的老旧小区逐一建档。",
        "清理2018年以前形成的违规占地。",
        "2020年12月31日前登记在册的渔船予以保留。",
        "本办法自2021年7月1日起施行，有效期至2025年12月31日。",
        "本意见自印发之日起实施。",
        "本办法有效期自印发之日起三年。",
        "去年底前完成的项目要抓紧验收。",
        "今年以来，各地共同努力。",
        "2021年是“十四五”开局之年。",
        "上半年，全市生产总值增长6%。",
        "1-5月，全市累计完成投资30亿元。",
        "一季度经济运行情况良好，上半年累计完成投资30亿元。",
        "二季度增长6.2%。",
        "全年目标任务不降低，确保完成全年任务。",
        "接到险情报告后30分钟内上报，1小时内书面报告。",
        "一般隐患15日内整改到位，重大隐患3个月内整改销号。",
        "会前14天内有旅居史的不得参会。",
        "连续3个月未报送的予以通报。",
        "近三年来累计投入8亿元，5年内未发生事故的予以表彰。",
        "低保标准提高到每人每月860元，护理补贴每月200元。",
        "推动立行立改、长期坚持，常态化开展巡查，持续推进治理。",
        "能够立即整改的立行立改，不能立即整改的限期整改。",
        "清明、国庆等重点时段实行24小时值班。",
        "完善年度考核办法，优化年内支出结构，年底考核结果公开。",
        "完成2020年第一批项目，启动2022年项目储备。",
        "定期报告、及时通报，适时开展评估。",
        "使用天然气、太阳能，推广周期短的项目。",
        "建设十里长街、三月街和八一社区。",
        "第3号文件第5日程，12345热线与12317平台。",
    ],
)
def test_history_statistics_and_rules_are_no_deadlines(sentence):
    assert readings(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("2021年，全市新增造林2万亩。", "2021年"),
        ("2021年全市要求新增基地15家以上。", "2021年"),
        ("今年，全市推进三项改革。", "今年"),
        ("建立按月评价机制。", "按月"),
        ("实行“日报告、零报告”制度。", "日"),
        ("健全月调度制度。", None),
    ],
)
def test_a_bare_period_is_weak(sentence, words):
    norm = fold(sentence).norm
    found = find(norm, BASE)

    assert [norm[each.start : each.stop] for each in found] == ([words] if words else [])
    assert all(each.weak for each in found)


def test_a_field_reads_what_running_text_does_not():
    for words in ("长期坚持", "三个月内", "立行立改", "25日前"):
        assert find(words, BASE, field=True)
        assert not find(f"在{words}的基础上做好各项工作", BASE)


def test_a_clause_gives_its_time_wherever_it_stands():
    clause = fold("牵头单位:州林业局;责任单位:州财政局、州农业农村局,各县市人民政府,4月底完成").norm
    found = find(clause, BASE, field=True)

    assert [(clause[each.start : each.stop], each.deadline) for each in found] == [
        ("4月底", due("2021-04-30"))
    ]


def test_names_of_units_are_no_times():
    clause = fold("责任单位：十月街道办事处、八一镇、市长期护理保险中心、市天然气公司、五一农场").norm

    assert find(clause, BASE, field=True) == []


def test_the_last_bounded_of_several_governs():
    plan = find(fold("6月底前编制方案，年底前建成，每月调度。").norm, BASE)

    chosen = governing(plan)

    assert chosen
    assert chosen.deadline == due("2021-12-31")
    assert governing([]) is None
    assert governing([Mention(0, 2, None)]) == Mention(0, 2, None)


def test_offsets_of_a_phrase_are_those_of_the_words_as_typed():
    phrase = "完成时限： ６ 月底前 "
    mention = resolve(phrase, BASE)

    assert mention
    assert phrase[mention.start : mention.stop] == "６ 月底前"


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("6月底前", {"due": "2021-06-30"}),
        ("4月至9月", {"start": "2021-04-01", "due": "2021-09-30"}),
        ("每月", {"recurring": "monthly", "day": None}),
        ("每年3月底前", {"recurring": "yearly", "day": -1, "month": 3}),
        ("每季度首月10日前", {"recurring": "quarterly", "day": 10, "month_of_quarter": 1}),
        ("10月1日起", {"start": "2021-10-01", "open_ended": True}),
        ("立行立改，长期坚持", {"open_ended": True, "immediate": True}),
        ("已完成，并长期坚持", {"open_ended": True, "done": True}),
        ("11月前", {"due": "2021-10-31", "ambiguous": True, "alt_due": "2021-11-30"}),
        ("9月31日", {"due": "2021-09-30", "invalid_source_date": True}),
        ("6月8日17时前", {"due": "2021-06-08", "time": "17:00"}),
    ],
)
def test_the_json_has_only_the_keys_that_say_something(phrase, expected):
    assert reading(phrase).as_json() == expected


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("6月底前", "2021年6月30日前"),
        ("6月8日17时前", "2021年6月8日17:00前"),
        ("4月至9月", "2021年4月1日至2021年9月30日"),
        ("10月1日起", "2021年10月1日起"),
        ("每月5日前", "每月5日前"),
        ("每月", "每月"),
        ("每月底", "每月底前"),
        ("每周五17时前", "每周五17:00前"),
        ("每双周周五", "每两周五前"),
        ("每季度末", "每季度末前"),
        ("每季度首月10日前", "每季度首月10日前"),
        ("每年3月底前", "每年3月底前"),
        ("2022年6月起，每月25日前", "2022年6月1日起，每月25日前"),
        ("长期坚持", "长期坚持"),
        ("立即整改，长期坚持", "立行立改，长期坚持"),
        ("已完成", "已完成"),
        ("11月前", "2021年10月31日前（也可能是2021年11月30日）"),
        ("2021年9月31日前", "2021年9月30日前（原文日期有误）"),
        ("6月底左右", "2021年6月30日前（约）"),
        ("每月5日前，逢节假日顺延", "每月5日前（逢节假日顺延）"),
    ],
)
def test_a_reading_in_words(phrase, words):
    assert reading(phrase).words() == words


@pytest.mark.parametrize(
    ("phrase", "rule"),
    [
        ("每日", "FREQ=DAILY"),
        ("每周五前", "FREQ=WEEKLY;BYDAY=FR"),
        ("每周", "FREQ=WEEKLY;BYDAY=SU"),
        ("每两周", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU"),
        ("每旬", "FREQ=MONTHLY;BYMONTHDAY=10,20,-1"),
        ("每半月", "FREQ=MONTHLY;BYMONTHDAY=15,-1"),
        ("每月5日前", "FREQ=MONTHLY;BYMONTHDAY=5"),
        ("每月30日前", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        ("每月", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("每两个月", "FREQ=MONTHLY;BYMONTH=2,4,6,8,10,12;BYMONTHDAY=-1"),
        ("每季度", "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"),
        ("每季度首月10日前", "FREQ=MONTHLY;BYMONTH=1,4,7,10;BYMONTHDAY=10"),
        ("每季度末月25日前", "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=25"),
        ("每半年", "FREQ=MONTHLY;BYMONTH=6,12;BYMONTHDAY=-1"),
        ("每年3月底前", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=-1"),
        ("每年", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1"),
        ("每两年", "FREQ=YEARLY;INTERVAL=2;BYMONTH=12;BYMONTHDAY=-1"),
        ("6月底前", None),
    ],
)
def test_a_recurring_deadline_as_a_rule(phrase, rule):
    assert recurrence_rule(reading(phrase)) == rule


WORDS = """
2021年 6月 底 前 每 月 季度 30日 99月 99日 99999年 自 印发之日起 99999999 个工作日 内 至 - 、 和 ，
。 《 》 （ ） 春节 每周 五 十 二〇二一 一 半 年 旬 上 下 中 长期坚持 立行立改 已完成 起 以来 比 到
O I Z . / : 时 分 下班 后 0 三个 Q9
"""
PIECES = st.sampled_from([*WORDS.split(), "\n"])
BASES = st.builds(
    Base,
    st.none() | st.dates(),
    st.none() | st.integers(-5, 99999),
    years_from=st.none() | st.integers(-5, 99999),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=40), BASES, st.booleans())
@example("99999999个工作日内", SUMMER, True)
@example("自印发之日起9999999年内", SUMMER, True)
@example("每99999999天", SUMMER, True)
@example("0000年00月00日前", SUMMER, True)
@example("印发后999个工作日内", Base(date(9999, 12, 31)), True)
def test_no_text_makes_it_fail(text, base, field):
    mentions = find(fold(text).norm, base, field=field)
    resolve(text, base)

    assert all(0 <= each.start <= each.stop <= len(fold(text).norm) for each in mentions)
    assert [each.start for each in mentions] == sorted(each.start for each in mentions)
    for each in mentions:
        if each.deadline:
            assert each.deadline.words()
            assert each.deadline.as_json()
            recurrence_rule(each.deadline)


@given(st.dates(date(2005, 1, 1), date(2035, 12, 31)), st.integers(1, 400))
def test_days_within_are_days_after(issued, n):
    assert reading(f"自印发之日起{n}日内", Base(issued)) == Deadline(due=issued + timedelta(days=n))


@given(st.dates(date(2005, 1, 1), date(2025, 12, 31)), st.integers(1, 120))
def test_working_days_within_are_working_days_after(issued, n):
    base = Base(issued)

    assert reading(f"印发后{n}个工作日内", base) == Deadline(due=base.workdays.add(issued, n))


@given(st.dates(date(2005, 1, 1), date(2035, 12, 31)))
def test_every_date_is_read_back_in_each_of_its_forms(day):
    for form in (
        "{0.year}年{0.month}月{0.day}日前",
        "{0.year}-{0.month}-{0.day}",
        "{0.year}.{0.month:02}.{0.day:02}前",
    ):
        assert reading(form.format(day), Base()) == Deadline(due=day)
    assert reading(f"{day.month}月{day.day}日前", Base(plan_year=day.year)) == Deadline(due=day)


@pytest.mark.parametrize(
    "text", ["6月底前", "每月", "3日内，", "6月至", "、1", "前内后起", "十月", "坚持", "《"]
)
def test_the_worst_texts_take_time_in_proportion_to_their_length(text):
    def seconds(length):
        begun = process_time()
        find(text * (length // len(text)), BASE, field=True)
        return process_time() - begun

    assert seconds(16_000) < 12 * max(seconds(4_000), 0.05)
