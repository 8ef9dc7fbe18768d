"""The words a person made of the composed ones: compared, put back, kept when figures change. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from typing import NamedTuple

from tracker.circulars.parts import Block, BlockKind, Parts, Section
from tracker.reports.review.rules import Piece, differences

_DIGITS = re.compile(r"[\d.]+")


class Row(NamedTuple):
    """One block as the page shows it; ``source``: the composed block it can go back to."""

    key: str
    text: str
    kind: BlockKind
    source: str = ""  # "" where a person wrote it, or nothing was changed
    changes: tuple[Piece, ...] = ()  # from the composed words to these
    is_gone: bool = False  # composed, and taken out by a person


def rows_of(parts: Parts, generated: Parts) -> list[tuple[str, list[Row]]]:
    """(heading, rows) of every section; what differs from the composed text says how."""
    return [
        (now.heading, _rows(at, now, first))
        for at, (now, first) in enumerate(zip(parts.sections, generated.sections, strict=True))
    ]


def changes_of(now: str, composed: str) -> tuple[Piece, ...]:
    """How a text differs from the composed one; empty when it does not."""
    return () if now == composed else tuple(differences(composed, now))


def with_words(parts: Parts, said: Mapping[str, str]) -> Parts:
    """The parts with the words of a form: title, lead, and paragraphs under their keys.

    An emptied paragraph goes, a line break makes a new one.
    """

    def typed(key: str, block: Block) -> list[Block]:
        if block.kind is BlockKind.BOARD or key not in said:
            return [block]
        lines = (line.strip() for line in said[key].splitlines())
        return [replace(block, text=line) for line in lines if line]

    sections = tuple(
        replace(
            section,
            heading=said.get(f"heading-{at}", "").strip() or section.heading,
            blocks=tuple(new for i, block in enumerate(section.blocks) for new in typed(f"{at}-{i}", block)),
        )
        for at, section in enumerate(parts.sections)
    )
    return replace(
        parts,
        title="\n".join(filter(None, map(str.strip, said.get("title", parts.title).splitlines()))),
        lead=said.get("lead", parts.lead).strip(),
        sections=sections,
    )


def restored(parts: Parts, generated: Parts, source: str) -> Parts:
    """恢复原文: the composed words again at one place; an unknown place changes nothing."""
    if source in ("title", "lead"):
        return replace(parts, **{source: getattr(generated, source)})
    at, _, place = source.partition("-")
    if not (at.isdecimal() and place.isdecimal() and int(at) < len(generated.sections)):
        return parts
    first, now = generated.sections[int(at)], parts.sections[int(at)]
    if int(place) >= len(first.blocks):
        return parts
    section = replace(now, blocks=_put_back(now.blocks, first.blocks[int(place)], int(place)))
    return replace(parts, sections=(*parts.sections[: int(at)], section, *parts.sections[int(at) + 1 :]))


def merged(parts: Parts, composed: Parts, anew: Parts) -> Parts:
    """What a person changed stays, everything else is as composed ``anew`` from other figures."""
    return replace(
        anew,
        title=anew.title if parts.title == composed.title else parts.title,
        lead=anew.lead if parts.lead == composed.lead else parts.lead,
        sections=tuple(map(_merged, parts.sections, composed.sections, anew.sections)),
    )


def _rows(at: int, now: Section, first: Section) -> list[Row]:
    rows: list[tuple[int | None, Row]] = []
    for place, block in enumerate(now.blocks):
        row = Row(f"{at}-{place}", block.text, block.kind)
        is_last = all(other.origin != block.origin for other in now.blocks[place + 1 :])
        if block.origin is not None and is_last:  # of a paragraph that was made two, the last tells of both
            words = "\n".join(other.text for other in now.blocks if other.origin == block.origin)
            if changes := changes_of(words, first.blocks[block.origin].text):
                row = row._replace(source=f"{at}-{block.origin}", changes=changes)
        rows.append((block.origin, row))
    for place, block in enumerate(first.blocks):
        if all(other.origin != place for other in now.blocks):
            gone = Row(f"{at}-gone-{place}", block.text, block.kind, f"{at}-{place}", is_gone=True)
            before = (i for i, (origin, _) in enumerate(rows) if origin is not None and origin > place)
            rows.insert(next(before, len(rows)), (place, gone))
    return [row for _, row in rows]


def _put_back(blocks: tuple[Block, ...], first: Block, place: int) -> tuple[Block, ...]:
    before = [block for block in blocks if block.origin != place]
    at = next((i for i, block in enumerate(blocks) if block.origin == place), None)
    if at is None:
        at = sum(1 for block in blocks if block.origin is not None and block.origin < place)
    return (*before[:at], first, *before[at:])


def _merged(now: Section, composed: Section, anew: Section) -> Section:
    if now == composed:
        return anew
    moved = _matches(composed, anew)
    blocks: list[Block] = []
    for block in now.blocks:
        place = None if block.origin is None else moved.get(block.origin)
        if block.origin is None or block != composed.blocks[block.origin]:
            blocks.append(replace(block, origin=place))
        elif place is not None:
            blocks.append(anew.blocks[place])
    kept = {moved.get(place) for place in range(len(composed.blocks))}
    for place, block in enumerate(anew.blocks):
        if place not in kept:
            blocks = list(_put_back(tuple(blocks), block, place))
    heading = anew.heading if now.heading == composed.heading else now.heading
    return Section(heading, tuple(blocks))


def _matches(composed: Section, anew: Section) -> dict[int, int]:
    """Place of a composed block → its place in the text composed anew: the same words with other numbers."""
    old, new = (
        [(block.kind, _DIGITS.sub("", block.text)[:8]) for block in section.blocks]
        for section in (composed, anew)
    )
    found: dict[int, int] = {}
    for tag, i, j, k, _ in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found |= {i + step: k + step for step in range(j - i)}
    return found
