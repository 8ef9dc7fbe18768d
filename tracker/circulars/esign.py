"""An electronic signature on the circular, where the office has a certificate and pyhanko is installed."""

from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from tracker.errors import Invalid


class Certificate(NamedTuple):
    """A PKCS#12 file and its password."""

    path: Path
    password: str


class Signed(NamedTuple):
    """The signed file, and whose certificate it bears."""

    pdf: bytes
    signer: str


def sign(pdf: bytes, certificate: Certificate, reason: str) -> Signed:
    """The same pages with a signature; Invalid, in words, when that cannot be done."""
    try:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import PdfSignatureMetadata, signers
    except ImportError:
        raise Invalid(
            "已设置签名证书（TRACKER_SIGN_P12），但是没有安装签名组件：请安装 pyhanko，或者去掉这个设置"
        ) from None
    signer = None
    if certificate.path.is_file():
        load: Any = signers.SimpleSigner.load_pkcs12  # it carries no types
        signer = load(str(certificate.path), passphrase=certificate.password.encode())
    if signer is None or signer.signing_cert is None:
        raise Invalid(f"签名证书“{certificate.path}”打不开，请检查文件和密码（TRACKER_SIGN_PASSWORD）")
    metadata = PdfSignatureMetadata(field_name="Issuer", reason=reason)
    out = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), metadata, signer=signer)
    name = signer.signing_cert.subject.native.get("common_name", "")
    return Signed(out.getvalue(), str(name))
