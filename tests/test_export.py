"""``tracker export``: the ledger and the three lists as files from the command line."""

from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from tests import make
from tracker.workflow import State

LISTS = ("problems", "rectifications", "responsibilities")


@pytest.mark.parametrize("name", [*LISTS, "ledger"])
def test_each_is_written_in_three_forms_at_once(command, tmp_path, name):
    problem, duty = make.problem(), make.assignment(state=State.CLOSED)
    said = duty.task.title if name == "ledger" else problem.number
    files = [tmp_path / f"out.{kind}" for kind in ("xlsx", "pdf", "docx")]

    code, out, err = command("export", name, *(f for file in files for f in (f"--{file.suffix[1:]}", file)))

    assert (code, err) == (0, "")
    assert all(str(file) in out for file in files)
    sheet = load_workbook(BytesIO(files[0].read_bytes())).active
    assert (sheet["A1"].value == "账号") is (name in LISTS)
    assert any(said in row for row in sheet.iter_rows(values_only=True))
    assert said in PdfDocument(files[1])[0].get_textpage().get_text_range().replace("\r\n", "")
    assert any(cell.text == said for cell in Document(files[2]).tables[0]._cells)


def test_a_view_of_the_page_can_be_exported(command, tmp_path):
    wanted, other = make.problem(make.unit("甲局")), make.problem(make.unit("乙局"))
    file = tmp_path / "out.xlsx"
    assert command("export", "problems", "--xlsx", file, "--view", f"?unit={wanted.unit_id}").code == 0
    numbers = [row[0] for row in load_workbook(file).active.iter_rows(min_row=2, values_only=True)]
    assert numbers == [wanted.number]
    assert other.number not in numbers


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("problems",), "请写明导出成什么文件"),
        (("nonsense", "--xlsx", "a.xlsx"), "不在可选的"),
        ((), "缺少参数"),
        (("problems", "--odt", "a.odt"), "没有选项 --odt"),
        (("problems", "--xlsx", "没有的文件夹/a.xlsx"), "写不了文件"),
        (("problems", "--pdf", "."), "写不了文件"),
        (("ledger", "--docx", "a.docx", "--view", "state=nonsense"), "看不懂：state"),
        (("problems", "--xlsx", "a.xlsx", "--view", "colour=red"), "看不懂：colour"),
    ],
)
def test_what_cannot_be_exported_says_why_and_exits_2(command, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    code, out, err = command("export", *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []
