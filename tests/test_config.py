"""The settings: read from the environment, and what is said of those that cannot be."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from config import from_environment, secret_key
from tracker.cli import main


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path):
    first = secret_key(tmp_path)

    assert len(first) > 40
    assert secret_key(tmp_path) == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_share_one_secret(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(secret_key, [tmp_path] * 32))
    assert len(secrets) == 1
    assert secrets != {""}


def test_a_given_secret_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKER_SECRET_KEY", "given")
    assert secret_key(tmp_path) == "given"


def test_the_data_directory_is_made_with_its_parents(tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path / "a" / "b"))
    settings = from_environment()
    assert (tmp_path / "a" / "b").is_dir()
    assert settings["SQLALCHEMY_DATABASE_URI"].endswith("/a/b/tracker.sqlite3")


def test_postgresql_is_spoken_to_through_our_driver(tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TRACKER_DATABASE_URL", "postgresql://tracker@db/tracker")
    assert from_environment()["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://tracker@db/tracker"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRACKER_SECOND_REVIEW_SHARE", "101"),
        ("TRACKER_BACKUPS", "七"),
        ("TRACKER_MAX_UPLOAD_MB", "-1"),
        ("TRACKER_PROXIES", "１"),
        ("TRACKER_DATABASE_URL", "geheim"),
        ("TRACKER_DATABASE_URL", "mysql://tracker:geheim@db/tracker"),
        ("TRACKER_DATABASE_URL", "postgresql://tracker:geheim@db:port/tracker"),
        ("TRACKER_DATA_DIR", "/dev/null/tracker"),
        ("TRACKER_CLOCK", "2020-07-13T09:00"),
    ],
)
def test_a_setting_that_cannot_be_is_named_in_chinese_and_no_password_is_repeated(
    tmp_path, monkeypatch, capsys, name, value
):
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path))
    assert from_environment()["SECOND_REVIEW_SHARE"] == 5
    monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["tracker", "verify-audit"])
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr().err
    assert (end.value.code, name in said, said.count("\n")) == (2, True, 1)
    assert "geheim" not in said
