from concurrent.futures import ThreadPoolExecutor

import pytest

from config import from_environment, secret_key


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


def test_a_share_is_a_whole_number_of_a_hundred(tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path))
    assert from_environment()["SECOND_REVIEW_SHARE"] == 5
    monkeypatch.setenv("TRACKER_SECOND_REVIEW_SHARE", "101")
    with pytest.raises(ValueError, match="TRACKER_SECOND_REVIEW_SHARE"):
        from_environment()
