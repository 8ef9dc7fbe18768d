"""Labels that stand without their colon (责任单位 市交通局), given one so that all readers know them."""

import re
from array import array

from tracker.documents import names
from tracker.text import Folded

_UNITS = r"(?:总?牵头|责任|配合|主办|协办|承办|参与|督导|验收|落实|实施)(?:单位|部门)"
_TIMES = r"(?:完成|整改|办结|办理|落实|工作)?(?:时限|期限)|(?:完成|整改|办结)时间"
_PEOPLE = "(?:责任|分管|牵头|包案|包保)领导|责任人"
_LABEL = re.compile(f"(?P<units>{_UNITS})|(?P<time>{_TIMES})|(?P<people>{_PEOPLE})")
_STARTS = frozenset("\n\t。；（")
_VALUE_END = re.compile("[\n\t。；）]")
_TIME = re.compile("[0-9]|[一二三四五六七八九十]{1,2}月|年底|年内|全年|长期|持续|立行立改|立即|每[年季月周]")
_REACH = 160  # characters of a value that are looked at
_LONGEST = 24  # characters of a time or of persons


def with_colons(folded: Folded) -> Folded:
    """The text with a colon behind every label that has none and is followed by its value.

    A label stands at the start of a line, a bracket or a sentence, or behind a blank. Its value stands behind
    a blank, a tab or a line's end, or right behind it where the rest of the line is nothing but names. Labels
    one under another are the heads of a table.
    """
    text = folded.norm
    found = list(_LABEL.finditer(text))
    pieces: list[str] = []
    offsets = array("L")
    done = 0
    starts = [label.start() for label in found]
    ends = [label.end() for label in found]
    for label, end_before, limit in zip(found, [0, *ends], [*starts[1:], len(text)], strict=False):
        is_column = text[end_before : label.start()] == text[label.end() : label.end() + 1] == "\n"
        if is_column or not _lacks_colon(folded, label, limit):
            continue
        at = label.end()
        pieces.append(text[done:at] + "：")
        offsets.extend(folded.offsets[done:at])
        offsets.append(folded.offsets[at])
        done = at + (text[at] in "\n\t")
    if not done:
        return folded
    offsets.extend(folded.offsets[done:])
    return Folded(folded.raw, "".join(pieces) + text[done:], offsets)


def _lacks_colon(folded: Folded, label: re.Match[str], limit: int) -> bool:
    text, start, at = folded.norm, label.start(), label.end()
    starts_line = start == 0 or text[start - 1] == "\n"
    if (
        at >= len(text)
        or text[at] in "：（"
        or not (starts_line or text[start - 1] in _STARTS or _is_blank_before(folded, start))
    ):
        return False
    is_apart = text[at] in "\n\t" or _is_blank_before(folded, at)
    begun = at + (text[at] in "\n\t")
    end = _VALUE_END.search(text, begun, min(limit, begun + _REACH))
    stop = end.start() if end else min(limit, begun + _REACH)
    value = text[begun:stop].strip()
    if text[at] == "\t" and (not starts_line or text.startswith("\t", stop)):
        return False  # a row of a table
    if label["units"]:
        listed = [names.is_name(name.text) for name in names.split(value)]
        return bool(listed) and (listed[0] if is_apart else starts_line and all(listed))
    if not 0 < len(value) <= _LONGEST or value.isdigit():
        return False
    if label["time"]:
        return bool(_TIME.match(value)) and (is_apart or starts_line)
    return is_apart and starts_line and text[at] != "\n" and "，" not in value


def _is_blank_before(folded: Folded, at: int) -> bool:
    """Whether the original had a blank before a character, which the normal form has not."""
    return at > 0 and folded.offsets[at] > folded.offsets[at - 1] + 1
