"""Pages of PDFs as pictures, kept on disk by the hash of the file: each is rendered once."""

import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from flask import current_app

from tracker.media import MEBIBYTE

MOST = 200 * MEBIBYTE  # all of them; beyond it those looked at longest ago go
UNUSED_KEPT = timedelta(days=30)
_COUNT = 4  # bytes ahead of each picture: how many pages the file has


def kept(sha256: str, number: int) -> tuple[bytes, int] | None:
    """The picture of page ``number`` and how many pages there are; None where it has to be rendered."""
    path = _folder() / f"{sha256}-{number}"
    with suppress(OSError):
        data = path.read_bytes()
        os.utime(path)
        return data[_COUNT:], int.from_bytes(data[:_COUNT])
    return None


def keep(sha256: str, number: int, picture: bytes, count: int) -> None:
    """A picture for the next time; a full disk only costs that."""
    folder = _folder()
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        with NamedTemporaryFile(dir=folder, prefix=".new-", delete=False) as file:
            try:
                file.write(count.to_bytes(_COUNT) + picture)
                file.close()
                os.rename(file.name, folder / f"{sha256}-{number}")
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        _remove(MOST)


def forget(real: datetime) -> int:
    """Those nobody has looked at lately; how many. ``real`` is the machine's moment: so are their times."""
    return _remove(MOST, real.timestamp() - UNUSED_KEPT.total_seconds())


def _remove(most: int, since: float = 0) -> int:
    """The oldest beyond ``most`` bytes in all, and what was not looked at ``since``."""
    gone = size = 0
    found = [(entry.stat(), entry.path) for entry in os.scandir(_folder())] if _folder().is_dir() else []
    for seen, path in sorted(found, key=lambda one: one[0].st_mtime, reverse=True):
        size += seen.st_size
        if size > most or seen.st_mtime < since:
            Path(path).unlink(missing_ok=True)
            gone += 1
    return gone


def _folder() -> Path:
    return Path(current_app.config["DATA_DIR"], "previews")
