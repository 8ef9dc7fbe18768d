"""The numbering of points: 一、 （一） 1. （1） ①, how deep each lies, and its value."""

import re
from typing import NamedTuple

_CHINESE = "[一二三四五六七八九十]{1,3}"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
# Rank, pattern of the marker with what ends it; group 1 is the number that a point is called by.
_FORMS = (
    (0, re.compile(rf"(第{_CHINESE}[章编部]分?)[、：]?")),
    (1, re.compile(rf"({_CHINESE})[、.，。]")),
    (1, re.compile(r"(第[一二三四五六七八九十百]{1,4}条)[、：]?")),
    (2, re.compile(rf"((?:整改)?(?:问题|任务|事项)(?:{_CHINESE}|\d{{1,3}}))[、.：]")),
    (2, re.compile(rf"(（{_CHINESE}）|{_CHINESE}）)[、.。]?")),
    (
        4,
        re.compile(
            r"(\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)[、.]?(?=[\u4e00-\u9fff“《])(?![年月日万亿个家人元米公平度倍%])"
        ),
    ),
    (3, re.compile(r"(\d{1,3})[.、。](?!\d)")),
    (3, re.compile(r"(\d{1,3})\.(?=(?:19|20)\d\d年|\d{1,2}月)")),
    (5, re.compile(r"(（\d{1,3}）)[、.。]?")),
    (5, re.compile(r"(\d{1,2}）)[、.。]?")),
    (6, re.compile(f"([{_CIRCLED}])[、.。]?")),
)
_DIGITS = dict(zip("一二三四五六七八九", range(1, 10), strict=True))


class Marker(NamedTuple):
    """A marker at [start, stop); the number as printed ends at ``number_stop``. A low rank lies outside."""

    start: int
    number_stop: int
    stop: int
    rank: int
    value: int


def at(text: str, start: int) -> Marker | None:
    """The marker that begins at ``start``, if any."""
    for rank, form in _FORMS:
        if found := form.match(text, start):
            return Marker(start, found.end(1), found.end(), rank, value(found[1]))
    return None


def value(number: str) -> int:
    """一, （一）, 1, ① as an integer: 12 for 十二; the last number of 1.2; 0 when there is none."""
    if number in _CIRCLED:
        return _CIRCLED.index(number) + 1
    if digits := re.findall(r"\d+", number):
        return int(digits[-1])
    chinese = "".join(re.findall("[一二三四五六七八九十百]", number))
    if "百" in chinese:
        return 100
    tens, ten, ones = chinese.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
