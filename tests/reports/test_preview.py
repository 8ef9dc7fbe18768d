"""Looking at evidence without saving it."""

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from openpyxl import Workbook
from pypdfium2 import PdfDocument

from tests import make
from tests.conftest import NOW, sign_in
from tracker import clock, files
from tracker.db import db
from tracker.errors import Invalid
from tracker.media import MAX_BYTES, fitting_name, media_type_of
from tracker.reports import preview, renderings
from tracker.reports.models import Evidence
from tracker.workflow import State

PNG = b"\x89PNG\r\n\x1a\n"


def pdf(pages: int) -> bytes:
    document, out = PdfDocument.new(), BytesIO()
    for _ in range(pages):
        document.new_page(595, 842)
    document.save(out)
    document.close()
    return out.getvalue()


def word() -> bytes:
    document, out = Document(), BytesIO()
    document.add_paragraph("三所学校验收合格")
    document.save(out)
    return out.getvalue()


def sheet() -> bytes:
    book, out = Workbook(), BytesIO()
    book.active.append(["学校", "验收日期"])
    book.save(out)
    return out.getvalue()


def archive(*names: str) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as package:
        for name in names:
            package.writestr(name, b"")
    return out.getvalue()


@pytest.fixture
def evidence(reporter):
    """Evidence of these bytes, of the reporter's own unit."""

    def of(data: bytes, name: str = "材料") -> Evidence:
        report = make.report(make.assignment(reporter.unit, state=State.ACTIVE))
        stored = files.store(data, name, media_type_of(data, name), None, NOW)
        proof = Evidence(file=stored, name=fitting_name(name, stored.media_type), claim="验收单")
        report.evidence.append(proof)
        db.session.commit()
        return proof

    return of


def test_pages_of_a_pdf_are_shown_as_pictures(client, reporter, evidence):
    proof = evidence(pdf(3))
    sign_in(client, reporter)
    assert client.get(f"/reports/evidence/{proof.id}/view").text.count('class="preview-page"') == 3
    page = client.get(f"/reports/evidence/{proof.id}/pages/3")
    assert page.data.startswith(PNG)
    assert page.headers["Content-Security-Policy"] == files.POLICY
    for number, status in ((0, 404), (4, 422), (21, 404)):
        assert client.get(f"/reports/evidence/{proof.id}/pages/{number}").status_code == status


def test_of_a_long_pdf_the_first_pages_are_shown(evidence):
    shown = preview.preview_of(evidence(pdf(25)).file)
    assert shown.pages == 20
    assert "共25页" in shown.note


def test_a_page_is_rendered_once_for_all_who_look(app, evidence, monkeypatch):
    content = pdf(2)
    proof = evidence(content)
    first = preview.page_of(proof.file, 2)
    monkeypatch.setattr("tracker.reports.preview.apart.read", lambda *_, **__: pytest.fail("rendered again"))
    assert preview.page_of(evidence(content, "同一份").file, 2) == first
    assert preview.page_of(proof.file, 2).startswith(PNG)
    folder = Path(app.config["DATA_DIR"], "previews")
    (old,) = folder.iterdir()
    long_ago = clock.real() - renderings.UNUSED_KEPT - timedelta(hours=1)
    os.utime(old, (long_ago.timestamp(),) * 2)
    assert renderings.forget(clock.real()) == 1
    monkeypatch.setattr(renderings, "MOST", 1000)
    for number in range(1, 5):
        renderings.keep("a" * 64, number, b"x" * 400, 4)
    assert sorted(path.name[-1] for path in folder.iterdir()) == ["3", "4"]
    assert renderings.kept("a" * 64, 1) is None
    assert renderings.kept("a" * 64, 4) == (b"x" * 400, 4)


def test_a_damaged_pdf_is_offered_for_saving(client, reporter, evidence):
    proof = evidence(b"%PDF-1.7 broken")
    sign_in(client, reporter)
    assert "请下载后查看" in client.get(f"/reports/evidence/{proof.id}/view").text
    with pytest.raises(Invalid):
        preview.page_of(proof.file, 1)


def test_a_picture_is_shown_in_the_page(client, reporter, evidence):
    proof = evidence(PNG + b"rest", "照片.png")
    sign_in(client, reporter)
    assert (
        f'src="/reports/evidence/{proof.id}?shown=1"' in client.get(f"/reports/evidence/{proof.id}/view").text
    )


@pytest.mark.parametrize("text", ["<script>alert(1)</script>验收", "验收合格"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_text_is_shown_as_text(client, reporter, evidence, text, encoding):
    proof = evidence(text.encode(encoding))
    sign_in(client, reporter)
    page = client.get(f"/reports/evidence/{proof.id}/view").text
    assert "验收" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(("data", "words"), [(word(), "三所学校验收合格"), (sheet(), "验收日期")])
def test_the_words_of_an_office_file_are_shown(evidence, data, words):
    assert words in preview.preview_of(evidence(data).file).text


def test_the_names_in_an_archive_are_shown_and_nothing_is_unpacked(evidence):
    shown = preview.preview_of(evidence(archive("名单.txt", *(f"{n}.txt" for n in range(300)))).file)
    assert shown.names[0] == "名单.txt"
    assert len(shown.names) == 200
    assert "共301个文件" in shown.note


def test_what_is_out_of_sight_cannot_be_looked_at(client, stranger, evidence):
    proof = evidence(pdf(1))
    sign_in(client, stranger)
    for path in ("", "/view", "/pages/1"):
        assert client.get(f"/reports/evidence/{proof.id}{path}").status_code == 404


@pytest.mark.parametrize(
    ("name", "media_type", "fitting"),
    [
        ("通知.html", "text/plain", "通知.html.txt"),
        ("启动.bat", "text/plain", "启动.bat.txt"),
        ("照片.PNG", "image/png", "照片.PNG"),
        ("照片.exe", "image/jpeg", "照片.exe.jpg"),
        ("C:\\文件\\台账.pdf", "application/pdf", "台账.pdf"),
        ("../../台账", "application/zip", "台账.zip"),
        ("\u202e", "text/plain", "材料.txt"),
        ("长" * 300 + ".pdf", "application/pdf", "长" * 120 + ".pdf"),
    ],
)
def test_a_name_ends_as_the_content_demands(name, media_type, fitting):
    assert fitting_name(name, media_type) == fitting


def test_a_file_with_macros_is_refused():
    with pytest.raises(Invalid, match="宏"):
        media_type_of(archive("word/document.xml", "word/vbaProject.bin"), "台账.docx")


def test_a_file_as_large_as_allowed_is_taken():
    assert media_type_of(b"a" * MAX_BYTES, "台账.txt") == "text/plain"
    with pytest.raises(Invalid, match="超过20 MB"):
        media_type_of(b"a" * (MAX_BYTES + 1), "台账.txt")
