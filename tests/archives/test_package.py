"""The year package: everything is in it, it opens offline, and nothing is whole in memory."""

import csv
import hashlib
import io
import json
import re
from datetime import date
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from tests import make
from tests.conftest import NOW, sign_in
from tracker import files
from tracker.audit import Event
from tracker.circulars import actions as circulars
from tracker.circulars.models import Circular
from tracker.db import db
from tracker.reports.models import Evidence
from tracker.scores import actions as scores
from tracker.workdays import statutory
from tracker.workflow import CircularState, FilingState, State

PROOF = "三所学校验收合格".encode()


@pytest.fixture
def year(reporter, supervisor):
    """2020: a document, a duty with evidence, an evaluated month, a published circular."""
    unit = reporter.unit
    source = files.store(b"source", "工作要点.docx", "application/msword", None, NOW)
    make.document(title="工作要点", number="舟〔2020〕2号", plan_year=2020, file=source)
    proof = files.store(PROOF, "验收单.txt", "text/plain", reporter, NOW)
    duty = make.assignment(unit, deadline=date(2020, 6, 30), state=State.CLOSED)
    evidence = [Evidence(file=proof, name="验收单/一.txt", claim="已验收")]
    make.report(duty, state=FilingState.ACCEPTED, submitted_at=NOW, evidence=evidence)
    make.board("部门组", unit)
    scores.evaluate("2020-06", None, NOW, statutory())
    house = circulars.House("市办公室", "各单位", "督办")
    circular = circulars.draft("2020-06", house, supervisor, NOW, statutory())
    db.session.flush()
    paper = files.store(b"%PDF-1.4 paper", "通报.pdf", "application/pdf", None, NOW)
    columns = {
        "number": "督办〔2020〕1号",
        "published_at": NOW,
        "file_id": paper.id,
        "word_file_id": paper.id,
    }
    db.session.execute(db.update(Circular).values(state=CircularState.PUBLISHED, **columns))
    db.session.commit()
    return circular


def lose(name: str) -> None:
    """The bytes of a stored file are gone."""
    files.path_of(db.session.scalars(db.select(files.StoredFile).filter_by(name=name)).one()).unlink()


def test_the_command_packs_the_year_with_hashes_and_an_index_page(command, year, tmp_path):
    package = tmp_path / "2020.zip"
    code, out, err = command("archive", 2020, package)

    assert (code, err) == (0, "")
    assert str(package) in out
    with ZipFile(package) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        page, listed = packed.read("首页.html").decode(), packed.read("校验值.sha256").decode()
        (proof,) = [name for name in names if name.startswith("佐证材料/")]
        assert packed.read(proof) == PROOF
        assert proof.endswith("-验收单_一.txt")
        for line in listed.splitlines():
            hashed, name = line.split("  ", 1)
            assert hashlib.sha256(packed.read(name)).hexdigest() == hashed
        trail = list(csv.reader(io.StringIO(packed.read("留痕/留痕2020.csv").decode("utf-8-sig"))))
        (board,) = json.loads(packed.read("评价/2020-06.json"))
        book = load_workbook(io.BytesIO(packed.read("评价/2020-06.xlsx")))
    text = json.dumps(board["facts"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == board["facts_hash"]  # to be told offline, too
    assert str(book["得分"]["Y2"].value).startswith("=")
    assert "台账和清单（2020年7月6日打包时的情况）" in page
    for name in ("台账/督办台账.xlsx", "清单/问题清单.xlsx", "评价/2020-06.json", "通报/督办〔2020〕1号.pdf"):
        assert name in names, names
    events = db.session.scalars(db.select(Event).order_by(Event.id)).all()
    assert [row[-1] for row in trail[1:]] == [event.hash for event in events]
    links = [unquote(link) for link in re.findall('href="([^"]+)"', page)]
    assert sorted(links) == sorted(set(names) - {"首页.html"})
    assert "http" not in page
    assert not list(tmp_path.glob("*.unfinished"))


def test_a_file_that_is_missing_is_named_and_the_rest_is_packed(command, year, tmp_path):
    lose("通报.pdf")
    code, _, err = command("archive", 2020, tmp_path / "2020.zip")

    assert code == 1
    assert "不在数据目录中" in err
    with ZipFile(tmp_path / "2020.zip") as packed:
        page = packed.read("首页.html").decode()
    assert "缺少的文件" in page
    assert "通报：督办〔2020〕1号" in page


def test_a_year_without_records_and_a_place_that_cannot_be_written_are_refused(command, year, tmp_path):
    assert "2019年没有可以归档的记录" in command("archive", 2019, tmp_path / "x.zip").err
    assert command("archive", 2020, tmp_path / "没有" / "x.zip").code == 2
    assert list(tmp_path.iterdir()) == []


def test_the_approver_takes_it_away_in_the_browser_as_it_is_packed(client, year, approver):
    sign_in(client, approver)
    assert "/archives/2020.zip" in client.get("/").text
    slip = f"督办单/{make.slip(make.assignment(), file=None).title}.pdf"  # that nobody printed
    answer = client.get("/archives/2020.zip")
    assert answer.mimetype == "application/zip"
    with ZipFile(io.BytesIO(answer.data)) as packed:
        assert "首页.html" in packed.namelist()
        assert packed.read(slip).startswith(b"%PDF")
    assert client.get("/archives/2018.zip").status_code == 404


def test_a_slip_nobody_printed_is_in_it_and_a_month_not_evaluated_is_not(command, year, tmp_path):
    slip = make.slip(make.assignment(), file=None)
    scores.open_month("2020-07", NOW, statutory())
    db.session.commit()
    command("archive", 2020, tmp_path / "2020.zip")
    with ZipFile(tmp_path / "2020.zip") as packed:
        assert packed.read(f"督办单/{slip.title}.pdf").startswith(b"%PDF")
        assert [name for name in packed.namelist() if "2020-07" in name] == []
