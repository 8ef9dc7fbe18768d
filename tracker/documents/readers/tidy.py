"""What the text of every reader goes through: one kind of line end, no invisible or look-alike characters."""

import re
import unicodedata

# Radicals of the supplement block that stand in PDF files for the characters they look like and that
# Unicode itself does not fold.
_SUPPLEMENT = dict(
    zip(
        "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻝⻢⻣⻤⻥⻦⻩⻬⻮⻰",
        "母民虎西见角贝车长门青页风食马骨鬼鱼鸟黄齐齿龙",
        strict=True,
    )
)
_LOOK_ALIKE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_INNER_BLANKS = re.compile(r"(?<![!-~])[ \xa0\u3000]+|[ \xa0\u3000]+(?![!-~])")


def tidy(text: str) -> str:
    """``text`` with "\\n" as its only line end, without control characters, radicals as plain characters."""
    text = _INVISIBLE.sub("", _LINE_END.sub("\n", text))
    return _LOOK_ALIKE.sub(lambda found: _plain(found[0]), text)


def close_up(text: str) -> str:
    """``text`` without the blanks a layout puts between Chinese and digits; those inside English stay."""
    return _INNER_BLANKS.sub("", text)


def _plain(letter: str) -> str:
    return _SUPPLEMENT.get(letter) or unicodedata.normalize("NFKC", letter)
