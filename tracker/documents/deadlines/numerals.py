"""Numbers as documents write them: 12, 十二, 两, 二〇二〇, and the letters OCR reads for digits."""

ONES = "一二三四五六七八九"
ZEROS = "〇零○"
_DIGITS = {**{c: n for n, c in enumerate(ONES, 1)}, **dict.fromkeys(ZEROS, 0), "两": 2, "元": 1}
_PLACES = {"十": 10, "百": 100}
_MISREAD = str.maketrans("OoIlZz", "001122")

DIGIT = "[0-9OoIlZz]"
# A number up to 39, as of months and days.
SMALL = f"(?:{DIGIT}{{1,2}}|二?十[{ONES}]?|三十一?|廿[{ONES}]?|[{ONES}元])"
# A number of days, months or years in a period.
COUNT = f"(?:[0-9]{{1,9}}|[{ONES}两十百]{{1,5}})"
# What may not stand right before a number, that it be whole; by the script it begins in.
WHOLE = f"(?:(?<![0-9A-Za-z])(?=[0-9OoIlZz])|(?<![{ONES}{ZEROS}十百第])(?=[{ONES}十廿元]))"


def number(text: str) -> int | None:
    """The value of a number in digits or Chinese numerals; None when it is none."""
    plain = text.translate(_MISREAD)
    if plain.isascii() and plain.isdigit():
        return int(plain) if any(c.isdigit() for c in text) else None
    if text and all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    return _by_places(text.replace("廿", "二十"))


def is_misread(text: str) -> bool:
    """Whether letters stand where digits should (ZOI7)."""
    return any(c in "OoIlZz" for c in text)


def _by_places(text: str) -> int | None:
    total, digit = 0, None
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _PLACES:
            total += (1 if digit is None else digit) * _PLACES[c]
            digit = None
        else:
            return None
    return total + (digit or 0) if text else None
