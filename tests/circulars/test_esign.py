"""The electronic signature: there with a certificate, refused in words without what it needs."""

import sys
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pypdfium2 import PdfDocument

from tests import make
from tests.conftest import NOW, sign_in
from tracker import files
from tracker.accounts.models import Role
from tracker.circulars import actions
from tracker.circulars.actions import House
from tracker.circulars.esign import Certificate, sign
from tracker.db import db
from tracker.errors import Invalid
from tracker.scores import actions as scores
from tracker.workdays import statutory
from tracker.workflow import State

OFFICE = "舟山市扶贫开发工作领导小组办公室"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Certificate:
    """A certificate that the office gave itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, OFFICE)])
    since = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("p12") / "office.p12"
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(b"office", key, made, None, BestAvailableEncryption(b"secret"))
    )
    return Certificate(file, "secret")


@pytest.fixture(scope="module")
def page() -> bytes:
    document, file = PdfDocument.new(), BytesIO()
    document.new_page(595, 842)
    document.save(file)
    return file.getvalue()


def test_a_signed_file_bears_the_offices_name_over_the_same_pages(certificate, page):
    signed = sign(page, certificate, "印发督办〔2020〕1号")

    assert signed.signer == OFFICE
    assert signed.pdf.startswith(page[:64])
    assert b"/ETSI.CAdES.detached" in signed.pdf or b"/adbe.pkcs7.detached" in signed.pdf
    assert len(PdfDocument(signed.pdf)) == 1


def test_a_published_circular_bears_the_signature_and_its_page_says_so(
    certificate, app, client, monkeypatch, supervisor, approver, reporter
):
    monkeypatch.setitem(app.config, "SIGN_P12", str(certificate.path))
    monkeypatch.setitem(app.config, "SIGN_PASSWORD", certificate.password)
    house = House.from_settings(app.config)
    make.board("部门组", reporter.unit)
    make.assignment(reporter.unit, deadline=date(2020, 6, 20), state=State.ACTIVE)
    (june,) = scores.evaluate("2020-06", None, NOW, statutory())
    scores.settle(june, None, NOW + timedelta(days=4))
    circular = actions.draft("2020-06", house, supervisor, NOW, statutory())
    actions.check(circular, house, make.user(Role.SUPERVISOR), NOW)
    actions.sign(circular, house, approver, NOW)
    db.session.commit()
    sign_in(client, supervisor)
    assert client.post(f"/circulars/{circular.id}/publish").status_code == 302

    with files.open_file(circular.file) as file:
        data = file.read()
    (signature,) = PdfFileReader(BytesIO(data)).embedded_signatures
    own = signature.signer_cert
    verdict = validate_pdf_signature(signature, ValidationContext(trust_roots=[own], moment=NOW))
    assert (verdict.intact, verdict.valid, verdict.coverage) == (
        True,
        True,
        SignatureCoverageLevel.ENTIRE_FILE,
    )
    assert signature.sig_object["/Reason"] == f"印发{circular.number}"
    words = "".join(page.get_textpage().get_text_bounded() for page in PdfDocument(data))
    assert circular.number in words
    assert f"验证码：{circular.code}" in words
    visitor = app.test_client()
    address = f"/circulars/verify/{circular.code}"
    page = visitor.get(address).text
    assert OFFICE in page[page.index("电子签名") :]
    assert circular.file.sha256 in page
    for sent, said in ((data, "逐字节一致"), (data[:-1], "不一致")):
        assert said in visitor.post(address, data={"file": (BytesIO(sent), "手中的.pdf")}).text


@pytest.mark.parametrize("wrong", [{"password": "guess"}, {"path": "none.p12"}])
def test_a_certificate_that_cannot_be_opened_is_said_so(certificate, page, wrong, tmp_path):
    if "path" in wrong:
        wrong = {"path": tmp_path / wrong["path"]}
    with pytest.raises(Invalid, match="打不开，请检查文件和密码"):
        sign(page, certificate._replace(**wrong), "印发")


def test_without_the_component_the_message_says_what_to_install(certificate, page, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyhanko.sign", None)
    with pytest.raises(Invalid, match="请安装 pyhanko"):
        sign(page, certificate, "印发")
