"""The electronic signature: there with a certificate, refused in words without what it needs."""

import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pypdfium2 import PdfDocument

from tracker.circulars.esign import Certificate, sign
from tracker.errors import Invalid

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
