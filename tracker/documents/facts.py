"""Times, targets and units of a stretch of text, with their places in the original."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tracker.documents import deadlines, targets
from tracker.documents.brackets import split as cut
from tracker.documents.clauses import Clause
from tracker.documents.deadlines import Base, Mention, governing
from tracker.documents.fields import FieldKind
from tracker.documents.parsed import Span, Timed, Unit
from tracker.documents.parties import Party
from tracker.documents.targets import Target
from tracker.text import Folded

# What may stand beside a time that only closes the clause before it: 清理A，6月底前完成.
_CLOSING = re.compile(
    r"[，、；。]?(?:全部|基本|全面|力争|确保|要|须|应|务必|均|分别)*"
    r"(?:完成|完工|开工|竣工|建成|投入使用|投入运行|投用|到位|见效|启动|实施|落实|结束|报送|上报)*(?:到位|任务|工作|完毕)?[，；。]?"
)


class Facts:
    """Reads facts in ``folded``; offsets given are of the normal form, those returned of the original.

    ``first_leads_from``: from here on the unit listed first leads where no other does; None: nowhere.
    ``apart`` are stretches that belong to no sentence (tables of shares).
    """

    def __init__(
        self, folded: Folded, base: Base, first_leads_from: int | None, apart: Sequence[Span] = ()
    ) -> None:
        self.folded = folded
        self.text = folded.norm
        self.base = base
        self.year = min(
            (year for year in (base.plan_year, base.issued_on and base.issued_on.year) if year), default=None
        )
        self.first_leads_from = first_leads_from
        self.apart = apart

    def words(self, start: int, stop: int) -> str:
        """The original words, on one line and without blanks that only space them out."""
        return re.sub(r"\s*\n\s*|\s{2,}", "", self.folded.original(start, stop)).strip()

    def times(self, start: int, stop: int, *, field: bool = False) -> list[Timed]:
        """The expressions of time in [start, stop), each with what it governs where there are several."""
        words = self.text[start:stop]
        mentions = deadlines.find(words, self.base, field=field)
        clauses: Sequence[Span | None] = (
            _governed(words, mentions) if len(mentions) > 1 else [None] * len(mentions)
        )
        return [
            self._timed(mention, start, clause) for mention, clause in zip(mentions, clauses, strict=True)
        ]

    def field_times(self, spans: Iterable[Span]) -> list[Timed]:
        """The times of a clause or field; words that name no day stay as they are, without a deadline."""
        found: list[Timed] = []
        for start, stop in spans:
            read = self.times(start, stop, field=True)
            unknown = Timed(None, self.words(start, stop), self.folded.span(start, stop))
            found += read or [unknown]
        return found

    def targets(self, start: int, stop: int) -> tuple[Target, ...]:
        """The targets of [start, stop), their words as written."""
        found = targets.find(self.text[start:stop], year=self.year)
        return tuple(
            self.placed(replace(t, start=start + t.start, stop=start + t.stop), start, stop) for t in found
        )

    def placed(self, target: Target, start: int, stop: int) -> Target:
        """A target found in [start, stop) of the normal form: its place and words in the original."""
        first, last = self.folded.span(target.start, target.stop)
        subject = self._as_written(target.subject, start, stop)
        area = target.for_ and self._as_written(target.for_, start, stop)
        return replace(target, start=first, stop=last, subject=subject, for_=area)

    def _as_written(self, words: str, start: int, stop: int) -> str:
        at = self.text.find(words, start, stop)
        return self.words(at, at + len(words)) if at >= 0 else words

    def units(self, clauses: Sequence[Clause]) -> tuple[Unit, ...]:
        """The units of clauses that are read as one, in order, each once."""
        parties = [party for clause in clauses for party in clause.parties]
        ruled = self.first_leads_from is not None and any(c.stop > self.first_leads_from for c in clauses)
        if ruled and not any(party.role is FieldKind.LEAD for party in parties):
            parties = _first_leading(parties)
        found: dict[str, Unit] = {}
        for party in parties:
            unit = self.unit(party)
            known = found.get(unit.name)
            if not known:
                found[unit.name] = unit
            elif unit.role is FieldKind.LEAD:
                found[unit.name] = replace(known, role=unit.role)
        return tuple(found.values())

    def unit(self, party: Party) -> Unit:
        name = party.name
        return Unit(
            name=self.words(name.start, name.stop),
            span=self.folded.span(name.start, name.stop),
            role=party.role,
            expansion=name.expansion,
            correction=name.correction,
        )

    def persons(self, clauses: Iterable[Clause]) -> tuple[str, ...]:
        people = [self.words(start, stop) for clause in clauses for start, stop in clause.persons]
        return tuple(dict.fromkeys(filter(None, people)))

    def _timed(self, mention: Mention, start: int, clause: Span | None) -> Timed:
        first, last = start + mention.start, start + mention.stop
        timed = Timed(mention.deadline, self.words(first, last), self.folded.span(first, last), mention.weak)
        if clause is None:
            return timed
        a, b = start + clause[0], start + clause[1]
        return replace(timed, clause=self.words(a, b), clause_span=self.folded.span(a, b))


def chief(times: Sequence[Timed]) -> Timed | None:
    """The time that counts of several."""
    mentions = [Mention(at, at, timed.deadline) for at, timed in enumerate(times)]
    found = governing(mentions)
    return times[found.start] if found else None


def _first_leading(parties: list[Party]) -> list[Party]:
    for at, party in enumerate(parties):
        if party.role in (FieldKind.RESPONSIBLE, FieldKind.COOPERATE):
            return [*parties[:at], party._replace(role=FieldKind.LEAD), *parties[at + 1 :]]
    return parties


def _governed(words: str, mentions: Sequence[Mention]) -> list[Span]:
    """For each of several times the part of the sentence it governs.

    That is from the start of its own piece between commas up to the piece of the next time; a piece that
    says nothing but “6月底前完成” closes what stands before it. Times in one piece govern it together.
    """
    pieces = cut(words, "，；。")
    own = [
        next((n for n, (a, b) in enumerate(pieces) if a <= m.start < b), len(pieces) - 1) for m in mentions
    ]
    first_free = 0
    spans: list[Span] = []
    for at, (mention, piece) in enumerate(zip(mentions, own, strict=True)):
        later = [n for n in own[at + 1 :] if n > piece]
        last = (later[0] if later else len(pieces)) - 1
        first = piece
        if at and own[at - 1] == piece:
            spans.append(spans[-1])
            continue
        a, b = pieces[piece]
        if _CLOSING.fullmatch(words[a : mention.start] + words[mention.stop : b]):
            first, last = min(first_free, piece), piece
        first_free = last + 1
        spans.append(_trimmed(words, pieces[first][0], pieces[last][1]))
    return spans


def _trimmed(words: str, start: int, stop: int) -> Span:
    while start < stop and words[start] in "，；。、 ":
        start += 1
    while start < stop and words[stop - 1] in "，；。、 ":
        stop -= 1
    return start, stop
