"""The verbs of a circular (通报): draft, check, sign, publish. None commits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from tracker import audit, files
from tracker.accounts.models import User
from tracker.circulars import pdf, queries
from tracker.circulars.compose import Block, BlockKind, Parts, compose
from tracker.circulars.figures import Figures, from_json, to_json
from tracker.circulars.models import Circular
from tracker.circulars.paper import Letterhead
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.numbers import next_in
from tracker.press.typeset import in_process
from tracker.workdays import Workdays
from tracker.workflow import CIRCULAR, CircularState


@dataclass(frozen=True)
class House:
    """What the office puts on every circular; from the settings."""

    issuer: str
    addressee: str
    code: str  # 机关代字 of the number
    copied_to: tuple[str, ...] = ()
    fonts_dir: Path | None = None

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> "House":
        """As ``config.py`` reads it from the environment."""
        return cls(
            issuer=settings["ISSUER"],
            addressee=settings["ADDRESSEE"],
            code=settings["CIRCULAR_CODE"],
            copied_to=tuple(filter(None, settings["COPIED_TO"].split("、"))),
            fonts_dir=Path(settings["FONTS_DIR"]) if settings["FONTS_DIR"] else None,
        )


def draft(month: str, house: House, actor: User | None, now: datetime, workdays: Workdays) -> Circular:
    """拟稿: words and frozen figures of an evaluated month. One circular a month."""
    if db.session.scalar(db.select(Circular.id).where(Circular.month == month)):
        raise WrongState(f"{month}的通报已经拟稿，请在原稿上修改")
    figures = queries.figures_of(month, house.addressee, workdays)
    parts = compose(figures)
    circular = Circular(
        month=month,
        title=parts.title,
        parts=to_json(parts),
        generated_parts=to_json(parts),
        figures=to_json(figures),
        drafted_at=now,
        drafted_by_id=actor and actor.id,
    )
    db.session.add(circular)
    audit.record("circular.draft", "拟稿", circular, actor, now, month=month)
    return circular


def redraft(circular: Circular, house: House, actor: User | None, now: datetime, workdays: Workdays) -> None:
    """重新拟稿: figures and words anew, as long as it is a draft."""
    _must_be_draft(circular)
    figures = queries.figures_of(circular.month, house.addressee, workdays)
    circular.figures = to_json(figures)
    circular.parts = circular.generated_parts = to_json(compose(figures))
    circular.title = circular.parts["title"]
    audit.record("circular.redraft", "重新拟稿", circular, actor, now)


def edit(circular: Circular, parts: Parts, actor: User, now: datetime) -> None:
    """改稿: the clerk's words; the generated ones are kept beside them, the figures do not change."""
    _must_be_draft(circular)
    if not parts.title.strip() or not parts.lead.strip():
        raise Invalid("标题和导语不能为空")
    changed = to_json(parts)
    if changed != circular.parts:
        audit.record("circular.edit", "改稿", circular, actor, now, parts=[circular.parts, changed])
        circular.parts = changed
        circular.title = parts.title


def check(circular: Circular, actor: User, now: datetime) -> None:
    """核稿, by another person than the drafter."""
    CIRCULAR.take(circular, "check", actor, now)
    circular.checked_by_id = actor.id


def send_back(circular: Circular, actor: User, now: datetime, reason: str) -> None:
    """退回拟稿; the signatures so far are void."""
    CIRCULAR.take(circular, "send_back", actor, now, reason)
    circular.checked_by_id = circular.signed_by_id = None


def sign(circular: Circular, actor: User, now: datetime) -> None:
    """签发, by a third person."""
    CIRCULAR.take(circular, "sign", actor, now)
    circular.signed_by_id = actor.id


def publish(circular: Circular, house: House, actor: User, now: datetime) -> None:
    """印发: numbered without a gap, printed once, frozen."""
    with db.session.no_autoflush:  # published, number, day and file go to the database as one
        CIRCULAR.take(circular, "publish", actor, now)
        year = local_date(now).year
        circular.number = f"{house.code}〔{year}〕{next_in(f'circular {year}')}号"
        circular.published_at = now
        printed = paper(circular, house, now)
        circular.file = files.store(printed, f"{circular.title}.pdf", "application/pdf", actor, now)


def paper(circular: Circular, house: House, now: datetime) -> bytes:
    """The circular as PDF, printed in a process of its own; a draft has no number."""
    on = local_date(circular.published_at or now)
    letterhead = Letterhead(
        issuer=house.issuer,
        number=circular.number or "",
        dated_on=on,
        printed_by=house.issuer,
        printed_on=on,
        copied_to=house.copied_to,
        fonts_dir=house.fonts_dir,
    )
    return in_process(pdf.render, parts_of(circular), figures_of(circular), letterhead)


def parts_of(circular: Circular) -> Parts:
    """The words as they stand."""
    return from_json(Parts, circular.parts)


def figures_of(circular: Circular) -> Figures:
    """The frozen figures."""
    return from_json(Figures, circular.figures)


class Words(NamedTuple):
    """One block as the page shows it: ``key`` names its place, ``generated`` what was composed."""

    key: str
    text: str
    kind: BlockKind
    generated: str | None  # None when a person has not changed it


def blocks_of(circular: Circular) -> list[tuple[str, list[Words]]]:
    """(heading, blocks) of every section; a block that differs from the composed one says so."""
    parts, generated = parts_of(circular), from_json(Parts, circular.generated_parts)
    rows = []
    for at, section in enumerate(parts.sections):
        first = [block.text for block in generated.sections[at].blocks]
        same = len(first) == len(section.blocks)
        rows.append(
            (
                section.heading,
                [
                    Words(
                        f"{at}-{i}",
                        block.text,
                        block.kind,
                        None if block.text in first else first[i] if same else "（原稿此处的段落数不同）",
                    )
                    for i, block in enumerate(section.blocks)
                ],
            )
        )
    return rows


def with_words(circular: Circular, said: Mapping[str, str]) -> Parts:
    """The parts with the words of a form: title, lead, and paragraphs under the keys of ``blocks_of``."""
    parts = parts_of(circular)

    def typed(key: str, block: Block) -> list[Block]:
        if block.kind is BlockKind.BOARD or key not in said:
            return [block]
        lines = (line.strip() for line in said[key].splitlines())
        return [replace(block, text=line) for line in lines if line]

    sections = tuple(
        replace(
            section,
            blocks=tuple(new for i, block in enumerate(section.blocks) for new in typed(f"{at}-{i}", block)),
        )
        for at, section in enumerate(parts.sections)
    )
    return replace(
        parts,
        title=said.get("title", parts.title).strip(),
        lead=said.get("lead", parts.lead).strip(),
        sections=sections,
    )


def _must_be_draft(circular: Circular) -> None:
    if circular.state is not CircularState.DRAFT:
        raise WrongState(f"通报“{circular.state.label}”，不能再改；请先退回拟稿")
