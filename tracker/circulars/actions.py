"""The verbs of a circular (通报): draft, check, sign, publish. None commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker import audit, files
from tracker.accounts.models import User
from tracker.circulars import pdf, queries
from tracker.circulars.brief import extract as extract_of
from tracker.circulars.compose import Parts, compose, plain
from tracker.circulars.figures import Figures, from_json, to_json
from tracker.circulars.lint import Draft, Finding, lint
from tracker.circulars.models import Circular
from tracker.circulars.paper import CircularKind, Letterhead
from tracker.circulars.revision import merged, restored
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import Invalid, NotFound, WrongState
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
    is_sealed: bool = True  # room for the seal

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> "House":
        """As ``config.py`` reads it from the environment."""
        return cls(
            issuer=settings["ISSUER"],
            addressee=settings["ADDRESSEE"],
            code=settings["CIRCULAR_CODE"],
            copied_to=tuple(filter(None, settings["COPIED_TO"].split("、"))),
            fonts_dir=Path(settings["FONTS_DIR"]) if settings["FONTS_DIR"] else None,
            is_sealed=settings["SEALED"],
        )


def draft(
    month: str,
    house: House,
    actor: User | None,
    now: datetime,
    workdays: Workdays,
    kind: CircularKind = CircularKind.DOCUMENT,
) -> Circular:
    """拟稿: words and frozen figures of an evaluated month. One circular a month."""
    if db.session.scalar(db.select(Circular.id).where(Circular.month == month)):
        raise WrongState(f"{month}的通报已经拟稿，请在原稿上修改")
    figures = queries.figures_of(month, house.addressee, workdays)
    parts = compose(figures)
    circular = Circular(
        month=month,
        kind=kind,
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
    """重新拟稿: figures anew, and the words with them; what a person changed stays. Only a draft."""
    _must_be_draft(circular)
    figures = queries.figures_of(circular.month, house.addressee, workdays)
    composed = compose(figures)
    parts = merged(parts_of(circular), generated_of(circular), composed)
    circular.figures = to_json(figures)
    circular.parts, circular.generated_parts = to_json(parts), to_json(composed)
    circular.title = parts.title
    audit.record("circular.redraft", "重新拟稿", circular, actor, now)


def restore(circular: Circular, source: str, actor: User, now: datetime) -> None:
    """恢复原文 of the title, the lead or one block; ``source`` is its place in the composed text."""
    edit(circular, restored(parts_of(circular), generated_of(circular), source), actor, now)


def edit(circular: Circular, parts: Parts, actor: User, now: datetime) -> None:
    """改稿: the clerk's words; the generated ones are kept beside them, the figures do not change."""
    _must_be_draft(circular)
    if not parts.title.strip() or not parts.lead.strip():
        raise Invalid("标题和导语不能为空，请补上再保存。")
    changed = to_json(parts)
    if changed != circular.parts:
        said, says = (_lines(words) for words in (parts_of(circular), parts))
        gone, come = (
            [line for line in one if line not in other] for one, other in ((said, says), (says, said))
        )
        text = ["\n".join(gone), "\n".join(come)]
        audit.record("circular.edit", "改稿", circular, actor, now, text=text)
        circular.parts = changed
        circular.title = parts.title


def check(circular: Circular, house: House, actor: User, now: datetime) -> None:
    """核稿, by another person than the drafter; refused while a rule is broken."""
    _refuse_faults(circular, house, now)
    CIRCULAR.take(circular, "check", actor, now)
    circular.checked_by_id = actor.id


def send_back(circular: Circular, actor: User, now: datetime, reason: str) -> None:
    """退回拟稿; the signatures so far are void."""
    CIRCULAR.take(circular, "send_back", actor, now, reason)
    circular.checked_by_id = circular.signed_by_id = None


def sign(circular: Circular, house: House, actor: User, now: datetime) -> None:
    """签发, by a third person; refused while a rule is broken."""
    _refuse_faults(circular, house, now)
    CIRCULAR.take(circular, "sign", actor, now)
    circular.signed_by_id = actor.id


def publish(circular: Circular, house: House, actor: User, now: datetime) -> None:
    """印发: numbered without a gap, printed once, frozen."""
    with db.session.no_autoflush:  # published, number, day and file go to the database as one
        CIRCULAR.take(circular, "publish", actor, now)
        year = local_date(now).year
        circular.number = _number(circular.kind, house, year)
        circular.published_at = now
        printed = paper(circular, house, now)
        circular.file = files.store(printed, f"{circular.title}.pdf", "application/pdf", actor, now)


def _number(kind: CircularKind, house: House, year: int) -> str:
    """文号, or 期号: each kind counts for itself."""
    if kind is CircularKind.BULLETIN:
        return f"{year}年第{next_in(f'bulletin {year}')}期"
    return f"{house.code}〔{year}〕{next_in(f'circular {year}')}号"


def paper(circular: Circular, house: House, now: datetime) -> bytes:
    """The circular as PDF, printed in a process of its own; a draft has no number."""
    return in_process(pdf.render, parts_of(circular), figures_of(circular), _letterhead(circular, house, now))


def brief(circular: Circular, house: House, now: datetime) -> bytes:
    """领导一页纸 as PDF."""
    letterhead = _letterhead(circular, house, now)
    return in_process(pdf.render_brief, circular.title, figures_of(circular), letterhead)


def extract(circular: Circular, unit_id: int, house: House, now: datetime) -> bytes:
    """What the circular says of one unit, as PDF; NotFound when its tables do not know the unit."""
    figures = figures_of(circular)
    found = extract_of(parts_of(circular), figures, unit_id)
    if found is None:
        raise NotFound("这份通报没有涉及该单位")
    letterhead = _letterhead(circular, house, now)
    return in_process(pdf.render_extract, circular.title, found, figures, letterhead)


def _letterhead(circular: Circular, house: House, now: datetime) -> Letterhead:
    on = local_date(circular.published_at or now)
    return Letterhead(
        issuer=house.issuer,
        number=circular.number or "",
        dated_on=on,
        printed_by=house.issuer,
        printed_on=on,
        copied_to=house.copied_to,
        kind=circular.kind,
        is_sealed=house.is_sealed,
        fonts_dir=house.fonts_dir,
    )


def parts_of(circular: Circular) -> Parts:
    """The words as they stand."""
    return from_json(Parts, circular.parts)


def generated_of(circular: Circular) -> Parts:
    """The words as composed."""
    return from_json(Parts, circular.generated_parts)


def figures_of(circular: Circular) -> Figures:
    """The frozen figures."""
    return from_json(Figures, circular.figures)


def findings(circular: Circular, house: House, now: datetime) -> list[Finding]:
    """核查: what the rules say about the words as they stand."""
    parts, figures = parts_of(circular), figures_of(circular)
    units, gone = queries.names(figures)
    year = local_date(now).year
    numbers = queries.numbers(year)
    return lint(
        Draft(
            parts=parts,
            generated=generated_of(circular),
            figures=figures,
            code=house.code,
            units=units,
            gone=gone,
            serials=queries.serials(circular.kind, numbers),
            published=len(numbers),
            numbers=set(queries.numbers()),
            is_final=queries.is_final(circular.month),
            is_stale=queries.is_stale(circular.month, figures),
        )
    )


def _lines(parts: Parts) -> list[str]:
    return plain(parts).splitlines()


def _refuse_faults(circular: Circular, house: House, now: datetime) -> None:
    faults = [finding.message for finding in findings(circular, house, now) if finding.is_blocking]
    if faults:
        more = f"（共{len(faults)}处）" if len(faults) > 1 else ""
        raise Invalid(f"还有必须改正的问题{more}：{faults[0]}请先退回拟稿改正，或者在稿上改好再办")


def _must_be_draft(circular: Circular) -> None:
    if circular.state is not CircularState.DRAFT:
        raise WrongState(f"通报“{circular.state.label}”，不能再改；请先退回拟稿")
