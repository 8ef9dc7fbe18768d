"""Every setting of the program, read from the environment; README lists them."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

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


def whole(name: str, usual: int) -> int:
    """A whole number from 0; ValueError for anything else."""
    number = int(os.environ.get(name, usual))
    if number < 0:
        raise ValueError(f"{name}: {number} is below 0")
    return number


def percent(name: str, usual: int) -> int:
    """A whole share of 100 from the environment; ValueError for anything else."""
    share = int(os.environ.get(name, usual))
    if not 0 <= share <= 100:
        raise ValueError(f"{name}: {share} is not between 0 and 100")
    return share


def from_environment() -> dict[str, Any]:
    """The settings as Flask wants them."""
    folder = data_dir()
    folder.mkdir(parents=True, exist_ok=True)
    url = os.environ.get("TRACKER_DATABASE_URL", f"sqlite:///{folder / 'tracker.sqlite3'}")
    secure = os.environ.get("TRACKER_SECURE_COOKIES", "0") == "1"
    upload = int(os.environ.get("TRACKER_MAX_UPLOAD_MB", "20"))
    return {
        "DATA_DIR": folder,
        "SECRET_KEY": secret_key(folder),
        "SQLALCHEMY_DATABASE_URI": url.replace("postgresql://", "postgresql+psycopg://", 1),
        "SECOND_REVIEW_SHARE": percent("TRACKER_SECOND_REVIEW_SHARE", 5),
        "SECOND_REVIEW_SHARE_PERFECT": percent("TRACKER_SECOND_REVIEW_SHARE_PERFECT", 20),
        "LISTS_ENTRY_WORKDAYS": whole("TRACKER_LISTS_ENTRY_WORKDAYS", 1),
        "LOOK_BACK_SHARE": percent("TRACKER_LOOK_BACK_SHARE", 20),
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
        "PROXIES": int(os.environ.get("TRACKER_PROXIES", "0")),
        "SESSION_COOKIE_NAME": "tracker",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
        "WTF_CSRF_TIME_LIMIT": None,  # half-filled forms survive lunch; it ends with the session
        "TEMPLATES_AUTO_RELOAD": False,
    }
