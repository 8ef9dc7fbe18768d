"""Text in one normal form, every character of which remembers where it stood in the original."""

import re
import unicodedata
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

_SAME = {
    "(": "（",
    ")": "）",
    ",": "，",
    ";": "；",
    "!": "！",
    "?": "？",
    "<": "〈",
    ">": "〉",
    "＜": "〈",
    "＞": "〉",
    "∶": "：",
    "︰": "：",
    "﹕": "：",
    "﹔": "；",
    "﹐": "，",
    "､": "、",
    "﹑": "、",
    "｡": "。",
    "﹒": ".",
    "﹪": "%",
    "「": "“",
    "」": "”",
    "『": "“",
    "』": "”",
    "〝": "“",
    "〞": "”",
}
_STAYS_WIDE = "（），：；！？＜＞"
_DASHES = "–—－―﹣‐‑‒−─"
_TILDES = "～〜∼"
_BLANKS = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_BREAKS = "\v\f\x85\u2028\u2029"
_INVISIBLE = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff\ufffe\x7f"
_INVISIBLE += "".join(map(chr, (*range(9), *range(14, 32), *range(0x202A, 0x202F))))
_WIDTHS = str.maketrans(
    {
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in _STAYS_WIDE},
        **_SAME,
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_TILDES, "~"),
        **dict.fromkeys(_BLANKS, " "),
        **dict.fromkeys(_BREAKS, "\n"),
        **dict.fromkeys(_INVISIBLE, "\0"),
    }
)

_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_TONED = re.compile(f"（[a-zü]{{0,4}}[{_TONES}][a-zü]{{0,4}}）")
# Blanks, invisible characters, the second half of a Windows line end, repeated dashes.
_LOOSE = r"\0+| +|\r(?=\n)|(?<=-)-+"
_PINYIN = rf"|(?<=[\u3400-\u9fff])（[a-zü{_TONES}]{{1,6}}）"
# Numbers in a bracket or with a dot as one character, radicals and doubles of ideographs.
_COMPOSED = r"|[\u2474-\u249b\u2f00-\u2fdf\u3220-\u3229\uf900-\ufaff]"
_PLAIN = re.compile(_LOOSE + _COMPOSED)
_GLOSSED = re.compile(_LOOSE + _COMPOSED + _PINYIN)

_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
_COLON = re.compile(r":(?!//)|：")
_CLOCK = re.compile(r"(?<!\d)(?:[01]?\d|2[0-4])[:：][0-5]\d(?!\d)")
_THOUSANDS = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
_DOT = re.compile(r"\.")
_MARKER = re.compile(r"(?:^|[\n\t。；！？：）”])(?:\d{1,3}|[一二三四五六七八九十百]{1,4})$")
_QUOTED = re.compile(r'"([^"\n]*)"')


@dataclass(frozen=True)
class Folded:
    """A text twice: as it came (``raw``) and in normal form (``norm``).

    ``offsets[i]`` is the place in ``raw`` of character i of ``norm``; it never decreases.
    """

    raw: str
    norm: str
    offsets: "array[int]"

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """[start, stop) of the normal form as [start, stop) of the original."""
        if start < stop:
            return self.offsets[start], self.offsets[stop - 1] + 1
        at = self.offsets[start] if start < len(self.offsets) else len(self.raw)
        return at, at

    def original(self, start: int, stop: int) -> str:
        """The original of a stretch of the normal form."""
        first, last = self.span(start, stop)
        return self.raw[first:last]


def fold(raw: str) -> Folded:
    """The normal form of ``raw``.

    Letters and digits half-width, punctuation full-width, one dash (-), one tilde (~), simplified
    characters, lines ended by a line feed. Blanks are dropped except one between two Latin letters or
    digits; tabs stay. Invisible characters and pinyin in brackets are dropped. A dot stays in numbers,
    after a marker (1. 五.) and in Latin text; one that ends a sentence becomes 。
    """
    text, offsets = _without_loose(_simplified(raw.translate(_WIDTHS)))
    for pattern, mend in _MENDS:
        text = pattern.sub(mend, text)
    return Folded(raw, text, offsets)


def _simplified(text: str) -> str:
    """Traditional characters replaced one by one; those of the simplified standard set stay as they are."""
    rare = [character for character in set(text) if _is_rare(character)]
    if not rare:
        return text
    simple = _converter().convert("\n".join(rare)).split("\n")
    return text.translate({ord(old): new for old, new in zip(rare, simple, strict=True) if len(new) == 1})


@cache
def _is_rare(character: str) -> bool:
    return bool(_IDEOGRAPH.match(character)) and not character.encode("gb2312", "ignore")


@cache
def _converter() -> Any:
    from opencc import OpenCC  # 30 ms to load: only for the few texts that need it

    return OpenCC("t2s")


def _without_loose(text: str) -> tuple[str, "array[int]"]:
    """The text without what the normal form leaves out, and where each character of it stood."""
    loose = _GLOSSED if _TONED.search(text) else _PLAIN
    pieces: list[str] = []
    offsets = array("L")
    done = 0
    for found in loose.finditer(text):
        start, stop = found.span()
        pieces.append(text[done:start])
        offsets.extend(range(done, start))
        whole = _replacement(text, start, stop)
        pieces.append(whole)
        offsets.extend([start] * len(whole))
        done = stop
    pieces.append(text[done:])
    offsets.extend(range(done, len(text)))
    return "".join(pieces), offsets


def _replacement(text: str, start: int, stop: int) -> str:
    """What stands in the normal form for a loose or composed piece of text."""
    first = text[start]
    if first == " ":
        around = text[max(0, start - 1) : start] + text[stop : stop + 1]
        return " " if len(around) == 2 and around.isascii() and around.isalnum() else ""
    if first in "\0\r-（":
        return ""
    return unicodedata.normalize("NFKC", first).translate(_WIDTHS)


def _full_stop(dot: re.Match[str]) -> str:
    """。 for a dot that ends a sentence, else the dot."""
    text, at = dot.string, dot.start()
    before, after = text[max(0, at - 1) : at], text[at + 1 : at + 2]
    if not before or before in ".\n" or after == ".":
        return "."
    if before == "/" or (before.isascii() and after.isascii() and after.isalnum()):
        return "."
    if before.isdigit() and _IDEOGRAPH.match(after):
        return "."
    return "." if _MARKER.search(text[max(0, at - 6) : at]) else "。"


# Each leaves the length of the text as it is, so that no offset moves.
_MENDS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\r"), "\n"),
    (_COLON, "："),
    (_CLOCK, lambda clock: clock[0].replace("：", ":")),
    (_THOUSANDS, ","),
    (_DOT, _full_stop),
    (_QUOTED, r"“\1”"),
)
