"""Numbers in the text of a circular are bound to its tables: one that was changed is found. Pure.

The composed text holds every figure at its place. A number a person wrote is compared with the one that stood
there; one that stands elsewhere or is new must at least be a figure of the month.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from tracker.circulars.figures import Figures
from tracker.circulars.parts import BlockKind, Parts

# A number and what it counts. Not those of 〔2020〕7号, of an enumeration (1.) or behind letters.
_NUMBER = re.compile(r"(?<![\dA-Za-z.〔〕])(?P<value>\d+(?:\.\d+)?)(?P<unit>%|％|个百分点|个工作日|[一-鿿])?")
_ENUMERATION = re.compile(r"^\d+\.(?!\d)")
_TOKENS = re.compile(r"\d+(?:\.\d+)?|.", re.S)
# What the tables count, and what a clerk counts on top. Not 年、月、日、时、号、期: those date and cite.
COUNTED = {"件", "家", "项", "个", "份", "条", "位", "分", "%", "个百分点", "个工作日"}
COUNTED |= set("户次人名村元万亿亩吨场处座批笔套台辆对")
CONTEXT = 3  # characters before a number by which its place is known again


class Mention(NamedTuple):
    """One number of a text."""

    before: str  # the characters in front of it
    value: str
    unit: str
    start: int

    @property
    def words(self) -> str:
        return f"{self.value}{self.unit}"


class Stray(NamedTuple):
    """A number that is not what the tables say. ``expected`` is empty where no table says anything."""

    said: str
    expected: tuple[str, ...]


def strays(parts: Parts, generated: Parts, figures: Figures) -> dict[str, list[Stray]]:
    """Place (title, lead, ``0-1``) → the numbers there that differ from the tables."""
    composed = list(_places(generated))
    known = _known(figures, (text for _, text, _ in composed))
    places = _by_place(text for _, text, _ in composed)
    untouched = {text for _, text, _ in composed}
    first = {key: text for key, text, _ in composed}
    found = {}
    for key, text, source in _places(parts):
        if text not in untouched:
            wrong = list(_strays(text, first.get(source, ""), known, places))
            if wrong:
                found[key] = wrong
    return found


def mentions(text: str) -> Iterator[Mention]:
    """The numbers of a text, in order."""
    body = _ENUMERATION.sub(lambda number: " " * len(number[0]), text)
    for match in _NUMBER.finditer(body):
        unit = (match["unit"] or "").replace("％", "%")
        yield Mention(
            body[max(0, match.start() - CONTEXT) : match.start()], match["value"], unit, match.start()
        )


def _places(parts: Parts) -> Iterator[tuple[str, str, str]]:
    """(place, text, place of the composed block it came from) of whatever holds words."""
    yield "title", parts.title, "title"
    yield "lead", parts.lead, "lead"
    for at, section in enumerate(parts.sections):
        for place, block in enumerate(section.blocks):
            if block.kind is not BlockKind.BOARD:
                yield f"{at}-{place}", block.text, f"{at}-{block.origin}"


def _strays(
    text: str, composed: str, known: set[str], places: dict[tuple[str, str], set[str]]
) -> Iterator[Stray]:
    replaced = _replaced(composed, text)
    for mention in mentions(text):
        there = places.get((mention.before, mention.unit))
        if mention.start in replaced:
            yield Stray(mention.words, (f"{replaced[mention.start]}{mention.unit}",))
        elif there is not None and mention.value not in there:
            yield Stray(mention.words, tuple(f"{value}{mention.unit}" for value in sorted(there)))
        elif there is None and mention.unit in COUNTED and mention.words not in known:
            yield Stray(mention.words, ())


def _replaced(before: str, after: str) -> dict[int, str]:
    """Where a number of the new text begins → the number that stood in its place."""
    old, new = list(_TOKENS.finditer(before)), list(_TOKENS.finditer(after))
    found: dict[int, str] = {}
    compared = SequenceMatcher(None, [token[0] for token in old], [token[0] for token in new], autojunk=False)
    for tag, i, j, k, m in compared.get_opcodes():
        if tag == "replace":
            gone, come = ([t for t in part if t[0][0].isdecimal()] for part in (old[i:j], new[k:m]))
            stood, stand = {token[0] for token in gone}, {token[0] for token in come}
            found |= {
                now.start(): then[0]
                for then, now in zip(gone, come, strict=False)
                if now[0] not in stood and then[0] not in stand
            }
    return found


def _by_place(texts: Iterable[str]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for text in texts:
        for mention in mentions(text):
            found.setdefault((mention.before, mention.unit), set()).add(mention.value)
    return found


def _known(figures: Figures, texts: Iterable[str]) -> set[str]:
    """Every figure of the month with its unit, as text and tables have it."""
    found = {mention.words for text in texts for mention in mentions(text)}
    for board in figures.boards:
        found.add(f"{len(board.standings)}家")
        for standing in board.standings:
            found |= {f"{count}件" for count in (standing.due, standing.on_time, standing.overdue)}
            found.add(f"{standing.score}分")
    for words in (
        *(case.task for case in figures.cases),
        *(case.text for case in figures.problems),
        *(words for work in figures.works for words in (work.text, work.progress)),
    ):
        found |= {mention.words for mention in mentions(words)}
    late = [case.days for case in figures.cases] + [case.days for case in figures.problems]
    return found | {f"{days}个工作日" for days in late}
