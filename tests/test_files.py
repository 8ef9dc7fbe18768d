"""Stored files: once per content, whole or not at all, and never a danger to who downloads them."""

import hashlib
import os
from pathlib import Path

import pytest
from flask import current_app

from tests import make
from tests.conftest import NOW
from tracker import files
from tracker.errors import NotFound

WORDS = "佐证材料".encode()


def test_a_file_lies_under_the_hash_of_its_bytes():
    reporter = make.user()

    stored = files.store(WORDS, "证明.txt", "text/plain", reporter, NOW)

    sha256 = hashlib.sha256(WORDS).hexdigest()
    path = Path(current_app.config["DATA_DIR"], "files", sha256[:2], sha256)
    assert (stored.sha256, stored.size, stored.stored_by_id) == (sha256, len(WORDS), reporter.id)
    assert files.path_of(stored) == path
    with files.open_file(stored) as file:
        assert file.read() == WORDS
    assert not list(path.parent.glob(".new-*"))  # nothing half written is left


def test_the_same_bytes_are_kept_once():
    first = files.store(WORDS, "证明.txt", "text/plain", None, NOW)

    again = files.store(WORDS, "另一个名字.txt", "text/plain", None, NOW)

    assert again is first
    assert again.name == "证明.txt"


def test_a_file_lost_from_the_disk_is_written_again():
    stored = files.store(WORDS, "证明.txt", "text/plain", None, NOW)
    files.path_of(stored).unlink()
    with pytest.raises(NotFound, match="备份"):
        files.path_of(stored)

    files.store(WORDS, "证明.txt", "text/plain", None, NOW)

    assert files.path_of(stored).read_bytes() == WORDS


def test_a_write_that_fails_leaves_nothing_behind(monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.store(b"too much", "大文件.txt", "text/plain", None, NOW)

    folder = Path(current_app.config["DATA_DIR"], "files", hashlib.sha256(b"too much").hexdigest()[:2])
    assert [name for name in folder.iterdir() if name.name.startswith(".new-")] == []


def test_a_download_is_saved_under_its_chinese_name_and_cannot_run():
    stored = files.store(b"<script>alert(1)</script>", "进展说明.html", "text/html", None, NOW)

    with current_app.test_request_context():
        response = files.answer(stored, shown=True)
        response.close()

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''%E8%BF%9B" in response.headers["Content-Disposition"]
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("media_type", "place"),
    [("image/png", "inline"), ("image/svg+xml", "attachment"), ("text/html", "attachment")],
)
def test_only_pictures_without_scripts_are_shown_in_the_browser(media_type, place):
    stored = files.store(media_type.encode(), "现场照片", media_type, None, NOW)

    with current_app.test_request_context():
        response = files.answer(stored, shown=True)
        response.close()

    assert response.headers["Content-Disposition"].startswith(place)


def test_an_answer_keeps_its_own_content_policy(app):
    stored = files.store(WORDS, "证明.txt", "text/plain", None, NOW)
    with app.test_request_context():
        answer = app.process_response(files.answer(stored))
        answer.close()

    assert answer.headers["Content-Security-Policy"] == files.POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
