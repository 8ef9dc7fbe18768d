"""The command line: exit codes and what it says."""

import ast
import inspect
import json
import re
from decimal import Decimal

import click
import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from flask.cli import ScriptInfo
from sqlalchemy import text

from tests import make
from tests.conftest import NOW
from tracker import audit
from tracker.accounts.models import Role, Unit, User
from tracker.accounts.passwords import matches
from tracker.cli import tracker
from tracker.cli.chinese import SPEAKING, WORDS
from tracker.db import db
from tracker.documents.models import Document
from tracker.scores import actions as scores
from tracker.workdays import statutory
from tracker.workflow import State

DEADLINE = ("deadline", "--issued", "2020-06-18")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("deadline", "--issued", "2020-06-18", "--nonsense", "年底前"), "没有选项 --nonsense"),
        (DEADLINE, "缺少参数"),
        (("deadline", "年底前"), "缺少参数"),
        (("deadline", "--issued", "昨天", "年底前"), "“昨天”不是日期"),
        (("evaluate", "2020-13"), "“2020-13”不是月份"),
        (("evaluate", "0001-01"), "0001-01"),
        (("evaluate", "9999-12"), "9999-12"),
        (("evaluate", "2020-07"), "截止日是2020年7月31日"),
        (("tick", "--at", "早上"), "“早上”不是时刻"),
        (("nonsense",), "nonsense"),
        (("user", "add", "zhang"), "缺少参数"),
        (
            ("user", "add", "zhang", "--name", "张", "--role", "king", "--unit", "甲局"),
            "'--role' 的值不对：“king”",
        ),
        (("calendar", "1999"), "1999 不在允许的范围 2004<=x<=2099 之内"),
        (("tick", "--at"), "选项 --at 后面要写值"),
        (("user",), "用法： tracker user [选项] 命令"),
        (("user", "add", "张三", "--name", "张", "--role", "leader", "--unit", "甲局"), "用户名为"),
    ],
)
def test_bad_usage_is_said_and_exits_2(command, arguments, words):
    code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


@pytest.mark.parametrize("verb", ["parse", "import"])
def test_a_file_that_cannot_be_read_exits_2_and_stores_nothing(command, tmp_path, verb):
    (tmp_path / "空.txt").write_bytes(b"")
    (tmp_path / "坏.docx").write_bytes(b"PK\x03\x04" + bytes(64))
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-1.7 nothing")
    (tmp_path / "图.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    for name in ("没有.txt", ".", "空.txt", "坏.docx", "坏.pdf", "图.png"):
        code, out, err = command(verb, tmp_path / name)
        assert (code, out) == (2, ""), name
        assert any("\u4e00" <= character <= "\u9fff" for character in err), name
        assert "Traceback" not in err
    assert db.session.scalar(db.select(db.func.count(Document.id))) == 0


def test_a_missing_file_is_named(command, tmp_path):
    assert "没有.txt" in command("parse", tmp_path / "没有.txt").err


@pytest.mark.parametrize("verb", [("parse", "--text"), ("parse", "--json"), ("import",)])
def test_what_a_file_did_not_give_is_told_beside_the_answer(command, tmp_path, verb):
    file = tmp_path / "要点.docx"
    document = docx.Document()
    paragraph = document.add_paragraph("一、修路。（责任单位：市交通局）")
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>年底前完成。</w:t></w:r></w:ins>"))
    document.save(file)

    code, out, err = command(*verb, file)

    assert code == 0
    assert "修订标记" in err
    assert "修订标记" not in out


def test_deadlines_as_json_are_a_list(command):
    code, out, _ = command(*DEADLINE, "--json", "年底前", "尽快")
    assert code == 0
    first, second = json.loads(out)
    assert (first["phrase"], first["deadline"]["due"]) == ("年底前", "2020-12-31")
    assert second == {"phrase": "尽快", "deadline": None}


def test_deadlines_as_words_are_lines(command):
    code, out, _ = command(*DEADLINE, "年底前", "尽快")
    assert code == 0
    assert out.splitlines()[1] == "尽快\t没有可以确定的时限"
    assert out.startswith("年底前\t")


@pytest.fixture
def board(app):
    """Two units, one of them with something due in June."""
    unit = make.unit()
    for _ in range(3):
        make.assignment(unit, deadline=NOW.date().replace(month=6, day=30), state=State.CLOSING)
    return make.board("部门组", unit, make.unit("市教育局"))


def test_an_evaluated_month_as_json(command, board):
    code, out, _ = command("evaluate", "2020-06", "--json")
    assert code == 0
    answer = json.loads(out)
    assert answer["month"] == "2020-06"
    (found,) = answer["boards"]
    assert found.keys() == {"board", "cutoff_on", "model", "facts_hash", "state", "note", "sheets"}
    assert (found["board"], found["cutoff_on"], found["model"]) == ("部门组", "2020-06-30", 1)
    first, second = found["sheets"]
    assert {
        "unit",
        "score",
        "rank",
        "base",
        "penalty",
        "bonus",
        "correction",
        "note",
        "is_behind",
        "lines",
    } == first.keys()
    assert (first["unit"], Decimal(first["score"]) > 0) == ("市发展改革委", True)
    assert (second["unit"], second["score"], second["rank"]) == ("市教育局", None, None)
    assert first["lines"][0].keys() == {"code", "numerator", "denominator", "points"}
    assert command("evaluate", "2020-06", "--json").out == out


def test_an_evaluated_month_as_lines(command, board):
    code, out, _ = command("evaluate", "2020-06")
    assert code == 0
    assert out.startswith("部门组（截至2020-06-30）")
    assert "不参与评价" in out


def test_a_month_without_boards_says_what_to_do(command):
    code, _, err = command("evaluate", "2020-06")
    assert code == 0
    assert "请先在“评价组”中设置" in err


def test_a_circular_is_written_as_pdf_word_and_one_page(command, tmp_path):
    unit = make.unit()
    make.board("部门组", unit)
    make.assignment(unit)
    scores.evaluate("2020-06", None, NOW, statutory())
    pdf, docx, brief = (tmp_path / name for name in ("六月.pdf", "六月.docx", "一页纸.pdf"))
    files = ("--pdf", pdf, "--docx", docx, "--brief", brief)
    code, out, err = command("circular", "2020-06", *files, "--kind", "bulletin")
    assert (code, err) == (0, "")
    assert out.startswith("已打印《关于2020年6月工作要点任务办理情况的通报》（拟稿）：")
    assert pdf.read_bytes()[:5] == brief.read_bytes()[:5] == b"%PDF-"
    assert docx.read_bytes()[:2] == b"PK"
    code, _, err = command("circular", "2020-06", "--pdf", pdf, "--kind", "document")
    assert code == 1
    assert "已经按“督查通报”版式拟稿" in err
    assert command("circular", "2020-06").code == 2
    assert command("circular", "2020-06", "--pdf", tmp_path / "没有" / "六月.pdf").code == 2


def test_a_circular_of_a_month_without_evaluation_exits_1(command, tmp_path):
    code, _, err = command("circular", "2020-06", "--pdf", tmp_path / "六月.pdf")
    assert (code, list(tmp_path.iterdir())) == (1, [])
    assert "还没有评价" in err


def test_the_first_user_gets_a_password_once(command):
    add = ("user", "add", "Zhang", "--name", "张三", "--role", "administrator", "--unit", "市政府办公室")
    code, out, _ = command(*add)
    user = db.session.scalars(db.select(User)).one()
    assert (code, user.username, user.role, user.unit.name) == (
        0,
        "zhang",
        Role.ADMINISTRATOR,
        "市政府办公室",
    )
    password = out.split("一次性密码：")[1].split("（")[0]
    assert matches(user.password_hash, password)
    assert user.must_change_password
    again = command(*add)
    assert again.code == 2
    assert "已被使用" in again.err
    assert db.session.scalar(db.select(db.func.count(Unit.id))) == 1


def test_ticking_twice_is_said_as_zeros(command, board):
    tick = ("tick", "--at", "2020-07-06T09:00", "--json")
    assert json.loads(command(*tick).out)["freeze_month"] == 1
    assert set(json.loads(command(*tick).out).values()) == {0}


def test_a_changed_row_of_the_trail_is_found(command):
    unit = make.unit()
    for number in range(3):
        audit.record("unit.test", f"第{number}件事", unit, None, NOW)
    code, out, _ = command("verify-audit")
    assert (code, out) == (0, "留痕完整，共3条\n")
    second = db.session.scalars(db.select(audit.Event.id).order_by(audit.Event.id)).all()[1]
    db.session.execute(text("UPDATE events SET words = '没有的事' WHERE id = :id"), {"id": second})
    code, out, err = command("verify-audit")
    assert (code, out) == (1, "")
    assert f"第{second}号记录" in err
    assert "此前1条完好" in err


def test_the_demonstration_is_not_loaded_over_units(command):
    make.unit()
    code, _, err = command("seed", "--units-only")
    assert code == 1
    assert "已有单位" in err


def test_every_word_of_click_that_a_user_may_see_is_chinese():
    asked = {
        call.args[-2 if call.func.id == "ngettext" else 0].value
        for module in SPEAKING
        for call in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("_", "ngettext")
        if isinstance(call.args[0], ast.Constant)
    }
    ours_alone = ("Boolean option", "Could not determine", "Deprecat", "DEPRECATED", "Name '", "No options")
    unused = (
        "Choice({choices})",  # what a debugger shows
        "Confirm the action without prompting.",
        "Do you want to continue?",
        "Show the version and exit.",
        "%(prog)s, version %(version)s",
        "Invalid start character for option ({option})",
        "Arguments take exactly one parameter declaration, got {length}: {decls}.",
        "{value!r} does not match the formats {formats}.",
        "{value!r} is not a valid UUID.",
    )
    assert [word for word in asked - {*WORDS, *unused} if not word.startswith(ours_alone)] == []


def test_the_help_of_every_command_is_chinese(app):
    context = click.Context(tracker, info_name="tracker", obj=ScriptInfo(create_app=lambda: app))
    told = []
    for name in tracker.list_commands(context):
        command = tracker.get_command(context, name)
        if not command.hidden:
            inner = [one for one in getattr(command, "commands", {}).values() if not one.hidden]
            told += [one.get_help(click.Context(one, context, name)) for one in (command, *inner)]
    assert len(told) > 20
    for words in (tracker.get_help(context), *told):
        assert re.search(r"Usage|Options|Commands|Show|required|default|\.\.\.", words) is None, words
