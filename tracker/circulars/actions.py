"""The verbs of a circular (通报): draft, check, sign, publish. None commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import delete

from tracker import audit, files
from tracker.accounts.models import SignInAttempt, User
from tracker.accounts.queries import failures_of
from tracker.accounts.rules import WINDOW, Rung, free_at, waiting_words
from tracker.circulars import esign, pdf, queries
from tracker.circulars.brief import extract as extract_of
from tracker.circulars.compose import compose, correct
from tracker.circulars.esign import Certificate
from tracker.circulars.figures import Figures, from_json, to_json
from tracker.circulars.lint import Draft, Finding, lint
from tracker.circulars.models import Circular, CircularReceipt
from tracker.circulars.paper import CircularKind, Letterhead
from tracker.circulars.parts import Parts, plain
from tracker.circulars.revision import merged, restored
from tracker.circulars.verification import code_of, qr_code, read_code
from tracker.clock import local_date
from tracker.db import db, insert_new
from tracker.errors import DomainError, Invalid, NotFound, WrongState
from tracker.numbers import latest_in, next_in
from tracker.press.typeset import in_process
from tracker.reminders.actions import announce
from tracker.reminders.board.queries import people_of
from tracker.workdays import Workdays
from tracker.workflow import CIRCULAR, CircularState

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


# Who guesses codes waits: an office of many clerks may share one address.
LADDER = (Rung(20, timedelta(minutes=1)), Rung(60, timedelta(minutes=10)))


class TooManyCodes(DomainError):
    """Somebody is guessing codes."""

    status = 429

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"输错验证码的次数过多，请{waiting_words(wait)}后再试")


@dataclass(frozen=True)
class House:
    """What the office puts on every circular; from the settings."""

    issuer: str
    addressee: str
    code: str  # 机关代字 of the number
    copied_to: tuple[str, ...] = ()
    fonts_dir: Path | None = None
    is_sealed: bool = True  # room for the seal
    base_url: str = "http://127.0.0.1:8000"
    secret: str = ""  # the key of the codes
    certificate: Certificate | None = None  # of the electronic signature

    def address_of(self, code: str) -> str:
        """Where anybody can verify the circular of a code."""
        return f"{self.base_url.rstrip('/')}/circulars/verify/{code}"

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
            base_url=settings["BASE_URL"],
            secret=settings["SECRET_KEY"],
            certificate=Certificate(Path(settings["SIGN_P12"]), settings["SIGN_PASSWORD"])
            if settings["SIGN_P12"]
            else None,
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
    if queries.of_month(month):
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


def draft_correction(circular: Circular, words: str, actor: User, now: datetime) -> Circular:
    """更正: a circular of its own that refers to a published one, and goes the same way."""
    if circular.state is not CircularState.PUBLISHED or circular.published_at is None:
        raise WrongState("还没有印发的通报不用更正，退回拟稿直接修改即可")
    if not words.strip():
        raise Invalid("请写明更正的内容：哪一处原为什么、应为什么", words="请写明更正的内容")
    figures = figures_of(circular)
    on = local_date(circular.published_at)
    parts = correct(figures.addressee, circular.title, circular.number or "", on, words)
    correction = Circular(
        month=circular.month,
        kind=circular.kind,
        title=parts.title,
        parts=to_json(parts),
        generated_parts=to_json(parts),
        figures=circular.figures,
        corrects=circular,
        drafted_at=now,
        drafted_by_id=actor.id,
    )
    db.session.add(correction)
    audit.record("circular.correct", "拟稿更正", correction, actor, now, number=circular.number)
    return correction


def redraft(circular: Circular, house: House, actor: User | None, now: datetime, workdays: Workdays) -> None:
    """重新拟稿: figures anew, and the words with them; what a person changed stays. Only a draft."""
    _must_be_draft(circular)
    if circular.corrects_id is not None:
        raise WrongState("更正的文字由人写成，没有可以重新取的数字")
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


def refuse(circular: Circular, actor: User, now: datetime, reason: str) -> None:
    """退回拟稿 by whoever was to sign."""
    CIRCULAR.take(circular, "refuse", actor, now, reason)
    circular.checked_by_id = None


def sign(circular: Circular, house: House, actor: User, now: datetime) -> None:
    """签发, by a third person; refused while a rule is broken."""
    _refuse_faults(circular, house, now)
    CIRCULAR.take(circular, "sign", actor, now)
    circular.signed_by_id = actor.id


class Copy(NamedTuple):
    """A circular printed with the number it is about to get."""

    number: str
    code: str
    version: int  # of the words
    files: pdf.Printed
    signer: str = ""


def print_copy(circular: Circular, house: House, now: datetime) -> Copy:
    """The files to publish. Takes its time and writes nothing, so that nobody has to wait for it."""
    number = _number(circular.kind, house, 1 + latest_in(_series(circular.kind, now)), now)
    code = code_of(number, house.secret)
    letterhead = _letterhead(circular, house, now, number, code)
    printed = in_process(pdf.render_both, parts_of(circular), figures_of(circular), letterhead)
    signer = ""
    if house.certificate is not None:
        signed = in_process(esign.sign, printed.pdf, house.certificate, f"印发{number}")
        printed, signer = printed._replace(pdf=signed.pdf), signed.signer
    return Copy(number, code, circular.version, printed, signer)


def publish(circular: Circular, copy: Copy, house: House, actor: User, now: datetime) -> bool:
    """印发 of a printed copy: numbered without a gap, frozen, delivered to every unit it is about.

    Its people are told with their next digest. ``now`` is that of the printing. False when somebody has taken
    the number or changed the words since: then the transaction must be rolled back, and it is printed again.
    """
    with db.session.no_autoflush:  # published, number, day and files go to the database as one
        CIRCULAR.take(circular, "publish", actor, now)
        number = _number(circular.kind, house, next_in(_series(circular.kind, now)), now)
        if (number, circular.version) != (copy.number, copy.version):
            return False
        circular.number, circular.code, circular.signer = number, copy.code, copy.signer
        circular.published_at = now
        name = "".join(circular.title.splitlines())
        circular.file = files.store(copy.files.pdf, f"{name}.pdf", "application/pdf", actor, now)
        circular.word_file = files.store(copy.files.docx, f"{name}.docx", DOCX, actor, now)
    units = queries.addressees(figures_of(circular))
    rows = [{"circular_id": circular.id, "unit_id": unit_id, "delivered_at": now} for unit_id in units]
    insert_new(CircularReceipt, rows)
    people = {person.id for those in people_of(units).values() for person in those}
    words = f"通报{circular.number}《{name}》已经印发，请阅读"
    announce(f"circular:{circular.id}", people, words, f"/circulars/{circular.id}", now)
    return True


def mark_read(circular: Circular, actor: User, now: datetime) -> None:
    """阅读回执: the first time somebody of a unit opens what was delivered to it."""
    receipt = next((one for one in circular.receipts if one.unit_id == actor.unit_id), None)
    if receipt is not None and receipt.read_at is None:
        receipt.read_at, receipt.read_by_id = now, actor.id
        audit.record("circular.read", "已阅", circular, actor, now)


def _series(kind: CircularKind, now: datetime) -> str:
    """Each kind counts for itself."""
    return f"{'bulletin' if kind is CircularKind.BULLETIN else 'circular'} {local_date(now).year}"


def _number(kind: CircularKind, house: House, number: int, now: datetime) -> str:
    """文号, or 期号."""
    year = local_date(now).year
    return f"{year}年第{number}期" if kind is CircularKind.BULLETIN else f"{house.code}〔{year}〕{number}号"


def paper(circular: Circular, house: House, now: datetime) -> bytes:
    """The circular as PDF, printed in a process of its own; a draft has no number."""
    return in_process(pdf.render, parts_of(circular), figures_of(circular), _letterhead(circular, house, now))


def papers(circular: Circular, house: House, now: datetime) -> pdf.Printed:
    """The circular as PDF and as Word document: the stored ones once published, else as it stands."""
    if circular.file is not None and circular.word_file is not None:
        with files.open_file(circular.file) as printed, files.open_file(circular.word_file) as word:
            return pdf.Printed(printed.read(), word.read())
    letterhead = _letterhead(circular, house, now)
    return in_process(pdf.render_both, parts_of(circular), figures_of(circular), letterhead)


def brief(circular: Circular, house: House, now: datetime) -> bytes:
    """领导一页纸 as PDF; a correction tells of no month."""
    _must_tell_a_month(circular)
    letterhead = _letterhead(circular, house, now)
    return in_process(pdf.render_brief, circular.title, figures_of(circular), letterhead)


def extract(circular: Circular, unit_id: int, house: House, now: datetime) -> bytes:
    """What the circular says of one unit, as PDF; NotFound when its tables do not know the unit."""
    _must_tell_a_month(circular)
    figures = figures_of(circular)
    found = extract_of(parts_of(circular), figures, unit_id)
    if found is None:
        raise NotFound("这份通报没有涉及该单位")
    letterhead = _letterhead(circular, house, now)
    return in_process(pdf.render_extract, circular.title, found, figures, letterhead)


def _must_tell_a_month(circular: Circular) -> None:
    if circular.corrects_id is not None:
        raise NotFound("更正没有一页纸和摘录，请看它更正的那份通报")


def _letterhead(
    circular: Circular, house: House, now: datetime, number: str = "", code: str = ""
) -> Letterhead:
    """What stands around the words; ``number`` and ``code`` of one that is about to be published."""
    on = local_date(circular.published_at or now)
    number, code = circular.number or number, circular.code or code
    return Letterhead(
        issuer=house.issuer,
        number=number,
        dated_on=on,
        printed_by=house.issuer,
        printed_on=on,
        copied_to=house.copied_to,
        kind=circular.kind,
        is_sealed=house.is_sealed,
        fonts_dir=house.fonts_dir,
        code=code,
        qr_code=qr_code(house.address_of(code)) if code else None,
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
    is_correction = circular.corrects_id is not None
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
            fewest=queries.fewest(circular.month),
            is_final=is_correction or queries.is_final(circular.month),
            is_stale=not is_correction and queries.is_stale(circular.month, figures),
            is_correction=is_correction,
        )
    )


def _lines(parts: Parts) -> list[str]:
    return plain(parts).splitlines()


def verify(code: str, address: str, now: datetime) -> Circular | None:
    """核验: the published circular of a code, or None for a wrong one (the door commits that, too).

    Raises TooManyCodes before the code is looked at.
    """
    key = f"verify {address}"
    free = free_at(*failures_of(key, now), LADDER)
    if free is not None and free > now:
        raise TooManyCodes(free - now)
    known = read_code(code)
    circular = queries.by_code(known) if known else None
    if circular is None:
        db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - WINDOW))
        db.session.add(SignInAttempt(key=key, at=now))
    return circular


def _refuse_faults(circular: Circular, house: House, now: datetime) -> None:
    faults = [finding.message for finding in findings(circular, house, now) if finding.is_blocking]
    if faults:
        more = f"（共{len(faults)}处）" if len(faults) > 1 else ""
        raise Invalid(f"还有必须改正的问题{more}：{faults[0]}请先退回拟稿改正，或者在稿上改好再办")


def _must_be_draft(circular: Circular) -> None:
    if circular.state is not CircularState.DRAFT:
        raise WrongState(f"通报“{circular.state.label}”，不能再改；请先退回拟稿")
