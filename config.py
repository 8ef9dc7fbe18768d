"""Every setting of the program, read from the environment; README lists them."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from tracker.errors import Invalid

MEBIBYTE = 1024 * 1024


def data_dir() -> Path:
    """Where the SQLite file, evidence, circulars, locks and the generated secret live."""
    return Path(os.environ.get("TRACKER_DATA_DIR", "instance")).absolute()


def secret_key(folder: Path) -> str:
    """``TRACKER_SECRET_KEY``, or one made once and kept in the data directory, readable by its owner only."""
    given = os.environ.get("TRACKER_SECRET_KEY")
    if given:
        return given
    kept = folder / "secret_key"
    if not kept.exists():
        with NamedTemporaryFile("w", encoding="ascii", dir=folder) as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            with suppress(FileExistsError):  # another process was faster; a half-written key is never seen
                os.link(file.name, kept)
    return kept.read_text(encoding="ascii")


def whole(name: str, usual: int, most: int = 10**6) -> int:
    """A whole number from 0 to ``most``; Invalid, with the name of the setting, for anything else."""
    said = os.environ.get(name) or str(usual)
    if not (said.isascii() and said.isdecimal() and int(said) <= most):
        raise Invalid(f"设置项 {name} 的值“{said}”不对，应是0到{most}的整数")
    return int(said)


def database_url(folder: Path) -> str:
    """The database's address, spoken to through our driver; Invalid does not repeat it: it has a password."""
    said = os.environ.get("TRACKER_DATABASE_URL") or f"sqlite:///{folder / 'tracker.sqlite3'}"
    try:
        url = make_url(said)
        if (engine := url.get_backend_name()) not in ("sqlite", "postgresql"):
            raise ArgumentError(engine)
    except (ArgumentError, ValueError):
        raise Invalid(
            "设置项 TRACKER_DATABASE_URL 的值不对，应写成 postgresql://用户:密码@主机/库；"
            "密码里的特殊字符要写成 %40 这样；不设即用数据目录中的 SQLite"
        ) from None
    return said.replace("postgresql://", "postgresql+psycopg://", 1)


def from_environment() -> dict[str, Any]:
    """The settings as Flask wants them. Invalid when one cannot be what it says."""
    folder = data_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        secret = secret_key(folder)
    except OSError as error:
        raise Invalid(
            f"数据目录 {folder} 不能用（{error.strerror}），"
            "请改正 TRACKER_DATA_DIR 或目录的所有者，用运行程序的用户来运行"
        ) from None
    secure = os.environ.get("TRACKER_SECURE_COOKIES", "0") == "1"
    upload = whole("TRACKER_MAX_UPLOAD_MB", 20)
    return {
        "DATA_DIR": folder,
        "SECRET_KEY": secret,
        "SQLALCHEMY_DATABASE_URI": database_url(folder),
        "SECOND_REVIEW_SHARE": whole("TRACKER_SECOND_REVIEW_SHARE", 5, 100),
        "SECOND_REVIEW_SHARE_PERFECT": whole("TRACKER_SECOND_REVIEW_SHARE_PERFECT", 20, 100),
        "LISTS_ENTRY_WORKDAYS": whole("TRACKER_LISTS_ENTRY_WORKDAYS", 1),
        "LOOK_BACK_SHARE": whole("TRACKER_LOOK_BACK_SHARE", 20, 100),
        "LOOK_BACK_MONTHS": whole("TRACKER_LOOK_BACK_MONTHS", 3),
        "BACKUP_DIR": Path(os.environ.get("TRACKER_BACKUP_DIR") or folder / "backups").absolute(),
        "BACKUPS": whole("TRACKER_BACKUPS", 7),
        "CLOCK": os.environ.get("TRACKER_CLOCK", ""),
        "MAIL_URL": os.environ.get("TRACKER_MAIL_URL", ""),
        "MAIL_FROM": os.environ.get("TRACKER_MAIL_FROM", "tracker@localhost"),
        "INTRANET": os.environ.get("TRACKER_INTRANET", ""),
        "BASE_URL": os.environ.get("TRACKER_BASE_URL", "http://127.0.0.1:8000"),
        "FONTS_DIR": os.environ.get("TRACKER_FONTS_DIR", ""),
        "ISSUER": os.environ.get("TRACKER_ISSUER", "舟山市扶贫开发工作领导小组办公室"),
        "ADDRESSEE": os.environ.get(
            "TRACKER_ADDRESSEE", "各县（区）、功能区管委会扶贫办，市扶贫开发工作领导小组各成员单位"
        ),
        "CIRCULAR_CODE": os.environ.get("TRACKER_CIRCULAR_CODE", "舟扶贫办"),
        "COPIED_TO": os.environ.get("TRACKER_COPIED_TO", "市扶贫开发工作领导小组组长、副组长"),
        "SIGN_P12": os.environ.get("TRACKER_SIGN_P12", ""),
        "SIGN_PASSWORD": os.environ.get("TRACKER_SIGN_PASSWORD", ""),
        "SEALED": os.environ.get("TRACKER_SEALED", "1") == "1",
        "MAX_UPLOAD_MB": upload,
        "MAX_CONTENT_LENGTH": (upload + 1) * MEBIBYTE,  # one file and its form around it
        "PROXIES": whole("TRACKER_PROXIES", 0),
        "SESSION_COOKIE_NAME": "tracker",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
        "WTF_CSRF_TIME_LIMIT": None,  # half-filled forms survive lunch; it ends with the session
        "TEMPLATES_AUTO_RELOAD": False,
    }
