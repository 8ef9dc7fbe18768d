"""What cannot be read is refused in words that say what to do, and breaks nothing."""

import os
import signal
import struct
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.documents.readers import papers
from tests.documents.readers.papers import as_docx, as_page, as_scan, as_sheet, changed
from tracker.documents.readers import (
    MAX_BYTES,
    Unreadable,
    apart,
    doc,
    kinds,
    read,
    sheet,
    word,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
BOMB = b"""<?xml version="1.0"?><!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa">%s]><w>&z;</w>""" % b"".join(
    b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(ord("b"), ord("z") + 1)
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY z SYSTEM "file:///etc/passwd">]><w>&z;</w>'


def packed(parts):
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def pages(count):
    document = pypdfium2.PdfDocument.new()
    for _ in range(count):
        document.new_page(595, 842)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def locked_pdf():
    """A PDF whose password is not the empty one."""
    key = b"<" + b"ab" * 32 + b">"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O %s /U %s >>" % (key, key),
    ]
    file, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"<< /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [<00> <00>] >>"
    return file + b"xref\n0 5\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF" % (
        table,
        trailer,
        len(file),
    )


def crowded(rows):
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("数据")
    for number in range(rows):
        page.append([number])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def misnamed(flags=0, name=b"word/document.xml"):
    """The sample with one member's name or flags changed in both places a zip file keeps them."""
    data = as_docx().replace(b"word/document.xml", name)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data = bytearray(data)
        place = data.find(magic)
        while place >= 0:
            struct.pack_into(
                "<H", data, place + offset, struct.unpack_from("<H", data, place + offset)[0] | flags
            )
            place = data.find(magic, place + 4)
    return bytes(data)


REFUSED = {
    "nothing": (lambda: b"", "0 字节"),
    "only blanks": (lambda: " \n\u3000\r\n".encode(), "没有文字"),
    "more than 20 MB": (lambda: b"a" * (MAX_BYTES + 1), "超过 20 MB"),
    "a book": (lambda: "督办".encode() * 1_100_000, "超过 200 万字"),
    "bytes that are no text": (lambda: bytes(range(256)) * 8, "编码无法识别|不是文本"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "图片.*请上传图片的原文件"),
    "an archive of files": (lambda: packed({"要点.docx": as_docx()}), "压缩包，请解压"),
    "a rar archive": (lambda: b"Rar!\x1a\x07\x00", "压缩包，请解压"),
    "rich text": (lambda: rb"{\rtf1\ansi text}", "RTF.*另存为 docx"),
    "slides": (lambda: packed({"ppt/presentation.xml": b"<p/>"}), "演示文稿"),
    "an OFD paper": (lambda: packed({"OFD.xml": b"<o/>"}), "OFD.*PDF 或 Word"),
    "an old workbook": (lambda: OLE + "Workbook".encode("utf-16-le"), "xls.*另存为 xlsx"),
    "a locked office file": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "some other OLE file": (lambda: OLE, "损坏"),
    "a broken old Word file": (lambda: OLE + "WordDocument".encode("utf-16-le"), "doc.*损坏.*另存为 docx"),
    "half a Word file": (lambda: as_docx()[:9_000], "损坏"),
    "a Word file without document": (lambda: packed({"word/styles.xml": b"<s/>"}), "损坏"),
    "an empty Word file": (lambda: changed(as_docx(), "word/document.xml", lambda _: b""), "损坏"),
    "half a PDF": (lambda: b"%PDF-1.7\n%garbage", "损坏"),
    "a locked PDF": (locked_pdf, "密码"),
    "a scan": (as_scan, "扫描件.*文字识别"),
    "a PDF of 501 pages": (lambda: pages(501), "501 页，超过 500 页"),
    "a PDF of empty pages": (lambda: pages(3), "没有文字"),
    "an empty workbook": (lambda: crowded(0), "没有文字"),
    "a page inside 3,000 elements": (lambda: b"<html>" + b"<div>" * 3_000 + b"text", "过于复杂"),
    "a Word file that unpacks to 70 MB": (
        lambda: changed(as_docx(), "word/document.xml", lambda _: b" " * 70_000_000),
        "过于复杂",
    ),
    "a Word file of 5,001 parts": (
        lambda: packed({"word/document.xml": b"<w/>"} | {f"word/{n}": b"" for n in range(5_000)}),
        "过于复杂",
    ),
    "a Word file that climbs out": (lambda: misnamed(name=b"../../../etc/pass"), "压缩包|路径不安全"),
    "a Word part that climbs out": (lambda: packed({"word/document.xml": b"", "../x": b""}), "路径不安全"),
    "a Word file with locked parts": (lambda: misnamed(flags=1), "密码"),
    "an entity bomb in Word": (
        lambda: changed(as_docx(), "word/document.xml", lambda _: BOMB),
        "XML 实体|损坏",
    ),
    "a file from outside in Word": (
        lambda: changed(as_docx(), "word/document.xml", lambda _: OUTSIDE),
        "XML 实体",
    ),
    "an entity bomb in Excel": (
        lambda: changed(as_sheet(), "xl/worksheets/sheet1.xml", lambda _: BOMB),
        "损坏|XML",
    ),
    "an entity bomb in shared words": (
        lambda: changed(as_sheet(), "xl/sharedStrings.xml", lambda _: BOMB),
        "损坏|XML",
    ),
    "a file from outside in Excel": (
        lambda: changed(as_sheet(), "xl/sharedStrings.xml", lambda _: OUTSIDE),
        "损坏|XML",
    ),
}


@pytest.mark.parametrize(("build", "message"), REFUSED.values(), ids=REFUSED)
def test_refused_with_a_reason(build, message):
    with pytest.raises(Unreadable, match=message) as refusal:
        read(build(), "某某文件.docx")

    assert str(refusal.value).startswith("无法读取“某某文件.docx”：")
    assert str(refusal.value).endswith("。")


def test_a_workbook_with_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(sheet, "MAX_ROWS", 100)

    with pytest.raises(Unreadable, match="“数据”超过 100 行"):
        read(crowded(101), "数据.xlsx")


def test_a_name_cannot_spoil_the_message():
    with pytest.raises(Unreadable) as refusal:
        read(b"", "长" * 500 + "\r\n\x1b[31m.docx")

    assert len(str(refusal.value)) < 160
    assert "\x1b" not in str(refusal.value)


def test_an_old_word_file_asks_for_docx_where_no_program_can_read_it(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(Unreadable, match="另存为 docx"):
        read(papers.as_old_word(), "要点.doc")


def test_a_program_that_hangs_is_ended_with_all_it_started(monkeypatch, tmp_path):
    program = tmp_path / "antiword"
    program.write_text(f"#!/bin/sh\n/bin/sleep 61 & echo $! > {tmp_path}/pid; wait\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(doc, "ANTIWORD_SECONDS", 1)

    with pytest.raises(Unreadable, match="另存为 docx"):
        read(papers.as_old_word(), "要点.doc")

    state = Path("/proc", (tmp_path / "pid").read_text().strip(), "stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


@pytest.mark.parametrize(
    ("trouble", "message"),
    [
        (lambda data: os.kill(os.getpid(), signal.SIGSEGV), kinds.DAMAGED),
        (lambda data: (bytearray(3 * 1024**3).decode(), []), kinds.TOO_COMPLEX),
        (lambda data: trouble_without_end(), kinds.TOO_COMPLEX),
    ],
    ids=["crash", "memory", "time"],
)
def test_a_library_that_fails_takes_nobody_with_it(monkeypatch, trouble, message):
    monkeypatch.setattr(word, "read", trouble)

    with pytest.raises(Unreadable, match=message):
        apart.read("word", b"", seconds=2)


def trouble_without_end():
    while True:
        pass


SAMPLES = {
    "text": papers.TEXT.encode("gb18030"),
    "word": as_docx(),
    "page": as_page("gb2312"),
    "sheet": as_sheet(),
    "old word": papers.as_old_word(),
    "scan": as_scan(),
}
PARTS = {
    "word": (as_docx(), "word/document.xml"),
    "numbers": (as_docx(), "word/numbering.xml"),
    "sheet": (as_sheet(), "xl/worksheets/sheet1.xml"),
    "styles": (as_sheet(), "xl/styles.xml"),
}
few = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def spoilt(data, draw):
    """Data cut short, or with some bytes changed, left out or put in."""
    place = draw(st.integers(0, len(data)))
    piece = draw(st.binary(max_size=40))
    left_out = draw(st.sampled_from([0, 0, 1, 1, 100, len(data)]))
    return data[:place] + piece + data[place + left_out :]


@pytest.mark.parametrize("kind", SAMPLES)
@few
@given(st.data())
def test_a_spoilt_file_is_read_or_refused(kind, data):
    expect_an_answer(spoilt(SAMPLES[kind], data.draw))


@few
@given(st.data())
def test_a_spoilt_pdf_is_read_or_refused(pdf, data):
    expect_an_answer(spoilt(pdf, data.draw))


@pytest.mark.parametrize("kind", PARTS)
@few
@given(st.data())
def test_a_spoilt_part_of_an_office_file_is_read_or_refused(kind, data):
    file, part = PARTS[kind]

    expect_an_answer(changed(file, part, lambda content: spoilt(content, data.draw)))


@few
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    expect_an_answer(data)


@few
@given(st.text(alphabet="<>/ =\"'ptdrihmlbo一、&;#\n", max_size=300))
def test_any_page_is_read_or_refused(body):
    expect_an_answer(b"<html><body>" + body.encode())


def expect_an_answer(data):
    with suppress(Unreadable):
        assert read(data, "某某").text.strip()
