"""Anybody can verify a circular by its code; nobody can guess through the codes."""

from io import BytesIO

import pypdfium2
import pytest

from tests import make
from tests.circulars.june import JUNE, PAPER
from tests.circulars.sheet import Sheets
from tests.conftest import NOW
from tracker import files
from tracker.circulars import pdf
from tracker.circulars.compose import compose
from tracker.circulars.figures import to_json
from tracker.circulars.models import Circular
from tracker.circulars.verification import code_of, qr_code, read_code
from tracker.db import db
from tracker.workflow import CircularState

PAGES = b"%PDF-1.4 as published"


@pytest.fixture
def circular(app):
    """A published circular and its published correction."""
    first, second = (
        Circular(
            month="2020-06",
            number=f"督办〔2020〕{number}号",
            code=code_of(f"督办〔2020〕{number}号", "key"),
            title=title,
            parts=to_json(compose(JUNE)),
            generated_parts=to_json(compose(JUNE)),
            figures=to_json(JUNE),
            state=CircularState.PUBLISHED,
            drafted_at=NOW,
            published_at=NOW,
            file=files.store(PAGES + str(number).encode(), "通报.pdf", "application/pdf", None, NOW),
            word_file=make.stored_file(),
        )
        for number, title in ((1, "关于六月的通报"), (2, "关于更正六月通报的通报"))
    )
    second.corrects = first
    db.session.add_all((first, second))
    db.session.commit()
    return first


def test_a_code_is_read_however_it_is_typed_and_nothing_else_is_one():
    code = code_of("督办〔2020〕1号", "key")

    assert len(code) == 9
    assert code == code_of("督办〔2020〕1号", "key") != code_of("督办〔2020〕1号", "another key")
    for typed in (code, code.lower(), code.replace("-", " "), f" {code} "):
        assert read_code(typed) == code
    assert [read_code(typed) for typed in ("", "K7M4", "K7M4-9QR0", "Ｋ7M4-9QRT", "K7M4-9QRTT")] == [None] * 5


def test_without_signing_in_a_code_tells_number_title_day_hash_and_correction(client, circular):
    page = client.get(f"/circulars/verify/{circular.code}").text

    for words in (circular.title, circular.number, "2020年7月6日", circular.file.sha256, "关于更正六月通报"):
        assert words in page
    answer = client.post("/circulars/verify", data={"code": circular.code.lower()})
    assert answer.location == f"/circulars/verify/{circular.code.lower()}"
    correction = client.get(f"/circulars/verify/{circular.corrections[0].code}").text
    assert f"是对{circular.number}的更正" in correction


@pytest.mark.parametrize(("sent", "words"), [(PAGES + b"1", "逐字节一致"), (PAGES + b"?", "不一致")])
def test_a_file_is_held_against_the_published_one(client, circular, sent, words):
    data = {"file": (BytesIO(sent), "手中的.pdf")}
    answer = client.post(f"/circulars/verify/{circular.code}", data=data)

    assert words in answer.text
    assert "手中的.pdf" in answer.text


def test_without_a_file_there_is_nothing_to_hold_against(client, circular):
    answer = client.post(f"/circulars/verify/{circular.code}")

    assert answer.status_code == 422
    assert "请选择要核对的文件" in answer.text


def test_who_tries_many_codes_has_to_wait(client, circular):
    for _ in range(20):
        answer = client.get("/circulars/verify/2222-2222")
        assert answer.status_code == 422
        assert "没有这个验证码" in answer.text
    for code in ("2222-2222", circular.code):
        answer = client.get(f"/circulars/verify/{code}")
        assert answer.status_code == 429
        assert "请1分钟后再试" in answer.text


def test_the_paper_carries_the_code_above_its_imprint():
    address = "http://127.0.0.1:8000/circulars/verify/K7M4-9QRT"
    letterhead = PAPER.__class__(**vars(PAPER) | {"code": "K7M4-9QRT", "qr_code": qr_code(address)})
    both = pdf.render_both(compose(JUNE), JUNE, letterhead)

    sheets = Sheets(both.pdf)
    page = len(sheets)
    first, _, last = sheets.rules(page)[-3:]
    code = sheets.line(page, "扫码核验")
    assert code.text.endswith("验证码：K7M4-9QRT")
    assert last.bottom == pytest.approx(262, abs=0.05)
    assert code.bottom < first.top
    (picture,) = sheets.plumber.pages[page - 1].images
    assert (picture["x1"] - picture["x0"]) * 25.4 / 72 == pytest.approx(17, abs=0.1)
    assert picture["bottom"] * 25.4 / 72 < first.top
    assert both.docx == pdf.render_both(compose(JUNE), JUNE, letterhead).docx
    assert len(pypdfium2.PdfDocument(both.pdf)) == page
