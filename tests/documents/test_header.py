from datetime import date

import pytest

from tracker.documents import header
from tracker.documents.layout import in_lines
from tracker.text import fold

BODY = "\n各县（区）人民政府：\n现将任务印发给你们。\n一、修路。（责任单位：市交通局）\n"


def read(raw):
    return header.read(in_lines(fold(raw)))


@pytest.mark.parametrize(
    "number",
    [
        "云政〔2021〕2号",
        "云政(2021)638号",
        "云政（2020）164号",
        "云政[2021]6号",
        "云政〔2021)8号",
        "云政〔2021]31号",
        "云政〔2023〕25 号",
        "云政 [2020] 20号",
        "云办发〔2019〕18",
        "云环便函〔2021〕1202号",
        "云汛办明电[2020]43号",
    ],
)
def test_the_number_is_kept_as_printed(number):
    assert read(f"云溪市人民政府文件\n{number}\n关于修路的通知{BODY}").doc_number == number


@pytest.mark.parametrize(
    ("head", "number"),
    [
        ("云溪市人民政府文件云政〔2021〕21号\n关于修路的通知", "云政〔2021〕21号"),
        ("云溪市交通运输局云交[2021]6号云溪市交通运输局关于修路的通知", "云交[2021]6号"),
        ("特提·明电云汛办明电[2020]43号\n关于防汛的通知", "云汛办明电[2020]43号"),
        ("关于修路的通知\n云政〔2021〕5号", "云政〔2021〕5号"),
        ("关于修路的通知（云政〔2021〕5号）", "云政〔2021〕5号"),
        ("【字 号】云政办〔2020〕1号\n关于修路的通知", "云政办〔2020〕1号"),
        ("索引号：01/2021 发文字号：云政〔2021〕7号 有效性：有效\n关于修路的通知", "云政〔2021〕7号"),
        ("索引号\n01/2021\n发文字号\n云政〔2021〕7号\n关于修路的通知", "云政〔2021〕7号"),
        ("文 号: null\n关于修路的通知", None),
        ("发文字号：无\n关于修路的通知", None),
        ("关于修路的通知", None),
    ],
)
def test_the_number_is_found_wherever_it_stands(head, number):
    assert read(head + BODY).doc_number == number


def test_a_number_that_is_only_cited_is_not_that_of_the_paper():
    head = read(
        "关于修路的通知\n各县：\n根据《关于修桥的通知》（云政〔2019〕3号）要求，通知如下：\n一、修路。"
    )

    assert head.doc_number is None


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("云溪市水利局文件\n云水〔2021〕2号\n关于清淤的通  知", "关于清淤的通知"),
        ("关于印发《2021年节水\n工作要点》的通知\n云水〔2021〕7号", "关于印发《2021年节水工作要点》的通知"),
        ("云溪市水利局\n关于清淤的通知", "云溪市水利局关于清淤的通知"),
        (
            "关于印发《云溪县〈政府工作报告〉任务分工》的通知",
            "关于印发《云溪县〈政府工作报告〉任务分工》的通知",
        ),
        ("首页 > 政务公开\n浏览次数：23 【打印本页】\n关于清淤的函", "关于清淤的函"),
        ("附件1\n云溪市2021年民生实事目标", "云溪市2021年民生实事目标"),
        ("云溪市校园阅读推广方案\n（征求意见稿）", "云溪市校园阅读推广方案"),
        ("中共云溪市委 云溪市人民政府关于治水的意见", "中共云溪市委 云溪市人民政府关于治水的意见"),
    ],
)
def test_the_title_is_read_whole(head, title):
    assert read(head + BODY).title == title


@pytest.mark.parametrize(
    ("sign", "issuer", "day"),
    [
        ("云溪市水利局\n2021年3月2日", "云溪市水利局", date(2021, 3, 2)),
        ("云溪市水利局2021年3月2日", "云溪市水利局", date(2021, 3, 2)),
        ("云溪市水利局（代章）\n2021年3月2日", "云溪市水利局", date(2021, 3, 2)),
        ("中共云溪市委\n云溪市人民政府\n二〇二一年三月二日", "中共云溪市委", date(2021, 3, 2)),
        ("云溪市水利局\n二○○九年十一月十八日", "云溪市水利局", date(2009, 11, 18)),
        ("2021年3月2日", "云溪市防办", date(2021, 3, 2)),
        ("云溪市水利局\n2021年8月 日", "云溪市水利局", None),
        ("云溪市水利局\n2021年2月30日", "云溪市水利局", None),
        ("", "云溪市防办", None),
    ],
)
def test_who_signed_and_when(sign, issuer, day):
    head = read(f"云溪市防办关于清淤的通知{BODY}{sign}")

    assert (head.issuer, head.issued_on) == (issuer, day)


def test_a_short_signature_stands_for_the_full_name_in_the_title():
    head = read(f"岭北省人民政府办公厅关于修路的通知{BODY}省政府办公厅\n2021年3月2日")

    assert head.issuer == "岭北省人民政府办公厅"


def test_the_red_head_names_the_issuer_where_nothing_else_does():
    assert read(f"云溪市水利协会文件\n关于清淤的通知{BODY}").issuer == "云溪市水利协会"


def test_of_several_days_the_signature_counts():
    head = read(
        "发布日期：2021-03-25\n关于修路的通知\n各县：\n方案已于2021年3月1日经会议审议通过。\n"
        "云溪市水利局\n2021年3月18日\n2021年工作要点\n一、修路。（责任单位：市交通局）\n"
        "云溪市水利局办公室 2021年3月19日印发"
    )

    assert (head.issued_on, head.date_text) == (date(2021, 3, 18), "2021年3月18日")
    assert head.print_date == date(2021, 3, 19)


def test_the_day_of_a_metadata_table_is_taken_where_nobody_signed():
    head = read(f"成文日期：2021-10-20\n发布机构：云溪市水利局\n关于修路的通知{BODY}")

    assert (head.issued_on, head.issuer) == (date(2021, 10, 20), "云溪市水利局")


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("关于印发《2021年工作要点》的通知", 2021),
        ("2018年度重点任务清单", 2018),
        ("三年行动方案(2021-2023年)", None),
        ("三年行动方案(2021一2023年)", None),
        ("关于修路的通知", None),
    ],
)
def test_the_year_a_title_plans_for(title, year):
    assert header.year_in(fold(title).norm) == year


def test_a_paper_in_one_string_is_read_too():
    head = read(
        "岭北省体育局文件岭体〔2021〕5号关于印发《2021年体育工作要点》的通知各市体育局：现将要点印发给你们，"
        "请认真执行。岭北省体育局2021年3月1日2021年体育工作要点一、加强训练。（省体育局负责）二、办好赛事。"
        "（省体育局负责）"
    )

    assert (head.doc_number, head.title) == ("岭体〔2021〕5号", "关于印发《2021年体育工作要点》的通知")
    assert (head.issuer, head.issued_on, head.plan_year) == ("岭北省体育局", date(2021, 3, 1), 2021)


def test_spans_lead_to_the_words():
    raw = f"云溪市水利局文件\n云水 〔2021〕2号\n关于清淤的通知{BODY}"
    folded = in_lines(fold(raw))
    head = header.read(folded)

    assert folded.original(*head.number_span) == "云水 〔2021〕2号"
    assert folded.original(*head.title_span) == "关于清淤的通知"
