"""What the words of a circular are made of: title, lead, sections with their blocks, annexes. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tracker.words import Word


class BlockKind(Word):
    """How a block of a section is set."""

    TEXT = "text", "正文"
    HEADING = "heading", "小标题"
    BOARD = "board", "评价表"


class AnnexKind(Word):
    """Which rows of the figures an annex prints."""

    WORKS = "works", "任务进展情况"
    CASES = "cases", "逾期未办结承办项"


@dataclass(frozen=True)
class Block:
    """A paragraph, a second-level heading, or the place of a board's table (``text`` is the board's name).

    ``origin`` is the place of the composed block it came from, whatever a person made of it.
    """

    text: str
    kind: BlockKind = BlockKind.TEXT
    origin: int | None = None


@dataclass(frozen=True)
class Section:
    """A first-level heading with its number (一、基本情况) and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Annex:
    """附件: its title; its rows come from the figures."""

    title: str
    kind: AnnexKind


@dataclass(frozen=True)
class Parts:
    """The words of a circular, which a clerk may change; the tables stay in the figures."""

    title: str
    addressee: str
    lead: str
    sections: tuple[Section, ...]
    annexes: tuple[Annex, ...]


def section(heading: str, blocks: Iterable[Block]) -> Section:
    """A composed section: each block knows its place."""
    return Section(heading, tuple(replace(block, origin=place) for place, block in enumerate(blocks)))


def plain(parts: Parts) -> str:
    """The whole text, one paragraph a line, without tables and annexes: for counting and comparing."""
    body = (line for section in parts.sections for line in (section.heading, *_lines(section.blocks)))
    return "\n".join((parts.title, f"{parts.addressee}：", parts.lead, *body))


def annex_number(annexes: tuple[Annex, ...], kind: AnnexKind) -> str:
    """The number of an annex as the text cites it: none when it is the only one."""
    kinds = [annex.kind for annex in annexes]
    return str(kinds.index(kind) + 1) if len(kinds) > 1 else ""


def texts(lines: Iterable[str]) -> tuple[Block, ...]:
    return tuple(Block(line) for line in lines)


def _lines(blocks: tuple[Block, ...]) -> Iterable[str]:
    return (block.text for block in blocks if block.kind is not BlockKind.BOARD)
