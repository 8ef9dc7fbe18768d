"""The paper of a circular: what has to be decided before a page is laid out. Pure.

Lengths are millimetres; a character (字) is one of the 28 of a body line.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from tracker.press.paper import CHARACTER, WIDTH, chinese_date, width
from tracker.words import Word

MARK_TOP = 35  # top edge of the red mark below the top of the type area
BULLETIN_TOP = 10  # the same for 督查通报, on which the standard is silent
MARK_WIDTH = 150  # the mark keeps a little clear of both edges
MARK_HEIGHT = 15.0  # the largest mark; long ones are smaller and set narrower
MARK_NARROWEST = 0.62  # a character of the mark is at least this wide, against its height
TITLE_LINE = 18  # characters of a title line; 20 would run from edge to edge
SEAMS = ("关于", "情况", "工作", "问题", "办理", "进展", "评价", "督查", "的通报", "的通知", "和", "及")


class CircularKind(Word):
    """The two layouts in use."""

    DOCUMENT = "document", "文件"
    BULLETIN = "bulletin", "督查通报"


@dataclass(frozen=True)
class Letterhead:
    """What the paper says beside the text: who issues it, its number, its day, who gets a copy."""

    issuer: str
    number: str  # 文号 舟督办〔2020〕7号, or 期号 第7期; "" while it is a draft
    dated_on: date  # 成文日期
    printed_by: str
    printed_on: date
    copied_to: tuple[str, ...] = ()  # 抄送
    kind: CircularKind = CircularKind.DOCUMENT
    is_sealed: bool = True  # leave room for the seal
    fonts_dir: Path | None = None  # the office's own fonts
    code: str = ""  # 验证码, by which anybody can verify the paper
    qr_code: bytes | None = None  # a picture (PNG) that leads to the page where it is verified


class Mark(NamedTuple):
    """发文机关标志: the red words, where their ink begins below the top of the type area, and their size."""

    text: str
    top: float
    height: float  # of a character
    narrowing: float  # its width by its height; 1 is square
    spacing: float  # between characters


class Signature(NamedTuple):
    """Where issuer and date begin, in millimetres from the left edge of the type area."""

    issuer: float
    date: float


def mark(letterhead: Letterhead) -> Mark:
    """The mark on one line: as large as it may be, narrower before smaller. 督查通报 stands wide apart."""
    if letterhead.kind is CircularKind.BULLETIN:
        return Mark("督查通报", BULLETIN_TOP, height=22, narrowing=1, spacing=9)
    text = f"{letterhead.issuer}文件"
    pitch = MARK_WIDTH / len(text)
    height = min(MARK_HEIGHT, pitch / MARK_NARROWEST)
    return Mark(text, MARK_TOP, height, narrowing=min(1, pitch / height), spacing=0)


def signature(letterhead: Letterhead) -> Signature:
    """Issuer and date by the standard, with and without a seal, in millimetres from the left.

    Sealed: the date ends 4 characters from the right and the issuer is centred over it; an issuer too long
    for that ends at the right edge and the date is centred under it. Unsealed: the issuer ends 2 characters
    from the right and the date begins 2 characters after the issuer's first; a date that would then come
    nearer than 2 characters ends there and the issuer moves left.
    """
    issuer, day = width(letterhead.issuer), width(chinese_date(letterhead.dated_on))
    if letterhead.is_sealed:
        centre = min(WIDTH - 4 * CHARACTER - day / 2, WIDTH - issuer / 2)
        return Signature(centre - issuer / 2, centre - day / 2)
    begin = min(WIDTH - 2 * CHARACTER - issuer, WIDTH - 4 * CHARACTER - day)
    return Signature(begin, begin + 2 * CHARACTER)


def title_lines(title: str) -> list[str]:
    """A title in as few lines as it takes, broken by meaning and as even as the seams allow.

    Line breaks that a person wrote stand. A title without a seam in reach is cut at the line's end.
    """
    return [line for written in title.splitlines() for line in _balanced(written)]


def _balanced(title: str) -> list[str]:
    length = width(title) / CHARACTER
    if length <= TITLE_LINE:
        return [title]
    lines = -int(-length // TITLE_LINE)
    target = length / lines
    reachable = [
        at
        for at in range(1, len(title))
        if width(title[:at]) <= TITLE_LINE * CHARACTER and title.startswith(SEAMS, at)
    ]
    at = min(reachable, key=lambda cut: abs(width(title[:cut]) / CHARACTER - target), default=TITLE_LINE)
    return [title[:at], *_balanced(title[at:])]
