"""Pure rules of what is typed into an account: milestones in lines, unit names in a row, a caller's mask."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from tracker.documents.directory import Directory, Match
from tracker.errors import Invalid

MOST_STAGES = 12
_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:前|之前|以前)?[\s，,：:、]*")
_ASIDE = re.compile(r"（已完成）$")
_COMMA = re.compile(r"[、，,；;\n]+")
_DIGITS = re.compile(r"\d{5,}")
_WORD = re.compile(r"[^\W\d_]{2,}")


class Stage(NamedTuple):
    """One milestone as it is typed: by which day, and what."""

    due_on: date
    text: str


def stages_of(said: str) -> tuple[Stage, ...]:
    """A milestone a line, its day first: 2020-07-10 完成招标. Invalid names the line that is not so."""
    stages = []
    for line in filter(None, map(str.strip, said.splitlines())):
        day = _DAY.match(line)
        text = _ASIDE.sub("", line[day.end() :].strip()) if day else ""
        if day is None or not text:
            raise Invalid(f"节点“{line[:20]}”看不懂：每行一个，先写日期再写内容，如“2020-07-10 完成招标”")
        stages.append(Stage(day_of(day[0]), text))
    if len(stages) > MOST_STAGES:
        raise Invalid(f"节点有{len(stages)}个，最多{MOST_STAGES}个")
    return tuple(sorted(stages))


def said_of(stages: Iterable[tuple[date, str]]) -> str:
    """As ``stages_of`` reads them."""
    return "\n".join(f"{due_on:%Y-%m-%d} {text}" for due_on, text in stages)


def day_of(said: str) -> date:
    """2020-07-10, 2020/7/10, 2020.7.10 and 2020年7月10日; Invalid for what is no day."""
    found = _DAY.fullmatch(said.strip())
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise Invalid(f"“{said.strip()[:20]}”不是日期，应写成 2020-07-10 这样")


def units_of(said: str, names: Directory) -> tuple[int, ...]:
    """The units of a row of names, in the order written; a collective name stands for its members.

    Invalid tells which name is not known and what it may mean.
    """
    ids: dict[int, None] = {}
    for name in filter(None, map(str.strip, _COMMA.split(said))):
        found = names.resolve(name)
        if found.match in (Match.UNKNOWN, Match.OPEN):
            raise Invalid(unknown(name, names))
        ids |= dict.fromkeys(found.unit_ids)
    return tuple(ids)


def unit_of(said: str, names: Directory) -> int:
    """The one unit a name stands for; Invalid otherwise."""
    ids = units_of(said, names)
    if len(ids) != 1:
        raise Invalid(f"“{said.strip()[:30]}”应是一个单位" if ids else "请填写单位")
    return ids[0]


def unknown(name: str, names: Directory) -> str:
    """That a name is not known, with the likeliest ones."""
    likely = [names.units[id_] for id_ in names.suggest(name)]
    hint = f"是不是{'、'.join(f'“{one}”' for one in likely)}？" if likely else ""
    return f"单位库里没有“{name[:30]}”。{hint}请写全称、简称或单位库中的别名"


def masked(said: str) -> str:
    """Who called, for those who need not know: 王** 138****5678."""
    return _WORD.sub(lambda word: f"{word[0][0]}**", _DIGITS.sub(_middle_hidden, said))


def _middle_hidden(digits: re.Match[str]) -> str:
    number, kept = digits[0], 3 if len(digits[0]) > 8 else 1
    return f"{number[:kept]}{'*' * (len(number) - 2 * kept)}{number[-kept:]}"


def changes(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """field → [before, after] of what differs; both name the same fields in the same order."""
    return {name: [old, new] for (name, old), (_, new) in zip(before, after, strict=True) if old != new}
