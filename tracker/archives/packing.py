"""The package is written as a stream: never whole in memory, and as well to a browser as to a disk."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from tracker.archives.contents import Entry, Month, is_missing
from tracker.clock import SHANGHAI
from tracker.press.typeset import environment

PACKED = (".pdf", ".docx", ".xlsx", ".zip", ".png", ".jpg", ".jpeg", ".webp", ".gif")  # nothing to gain


class Packed(NamedTuple):
    """One line of the list of hashes."""

    entry: Entry
    sha256: str
    size: int


class _Sink:
    """What the archive writes into, and the stream takes out of."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        data, self.parts = b"".join(self.parts), []
        return data


def stream(
    year: int,
    entries: Sequence[Entry],
    months: Sequence[Month],
    issuer: str,
    now: datetime,
    step: Callable[[Entry], None] = lambda entry: None,
) -> Iterator[bytes]:
    """The archive piece by piece; ``step`` is told of each entry. Last come the index page and the hashes."""
    sink = _Sink()
    packed: list[Packed] = []
    missing: list[Entry] = []
    with ZipFile(sink, "w") as archive:  # type: ignore[call-overload]  # it only ever writes
        for entry in entries:
            step(entry)
            if is_missing(entry):
                missing.append(entry)
                continue
            digest, size = hashlib.sha256(), 0
            with archive.open(_named(entry.path, now), "w", force_zip64=True) as target:
                for chunk in entry.chunks():
                    target.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                    yield sink.taken()
            packed.append(Packed(entry, digest.hexdigest(), size))
            yield sink.taken()
        page = _index(year, packed, missing, months, issuer, now)
        archive.writestr(_named("首页.html", now), page)
        hashes = "".join(f"{one.sha256}  {one.entry.path}\n" for one in packed)
        archive.writestr(_named("校验值.sha256", now), hashes)
    yield sink.taken()


def _named(path: str, now: datetime) -> ZipInfo:
    moment = now.astimezone(SHANGHAI)
    info = ZipInfo(path, moment.timetuple()[:6])
    info.compress_type = ZIP_STORED if path.lower().endswith(PACKED) else ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _index(
    year: int,
    packed: Sequence[Packed],
    missing: Sequence[Entry],
    months: Sequence[Month],
    issuer: str,
    now: datetime,
) -> str:
    parts = [
        (heading, [(quote(one.entry.path), one.entry.title, one.size) for one in of])
        for heading, of in groupby(packed, key=lambda one: one.entry.part)
    ]
    moment = now.astimezone(SHANGHAI)
    return (
        environment()
        .get_template("archives/index.html")
        .render(
            year=year,
            issuer=issuer,
            moment=f"{moment.year}年{moment.month}月{moment.day}日{moment:%H:%M}",
            parts=parts,
            missing=missing,
            months=months,
            count=len(packed),
            size=sum(one.size for one in packed),
        )
    )
