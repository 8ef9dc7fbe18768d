"""An order (会议、批示、来函) read as one task to be, with the documents' own reader. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from tracker.documents import clauses, in_text, parties
from tracker.documents.brackets import split as cut
from tracker.documents.deadlines import Base
from tracker.documents.directory import Directory, key
from tracker.documents.draft import reading_of
from tracker.documents.facts import Facts, chief
from tracker.documents.fields import FieldKind
from tracker.documents.layout import in_lines
from tracker.documents.names import Name, is_name
from tracker.documents.parsed import Parsed, Point, Span
from tracker.documents.parties import Party
from tracker.documents.reading import DeadlineBasis, DraftTask, Reading, Reporting, short
from tracker.documents.reporting import asked
from tracker.text import fold
from tracker.workdays import statutory

_NUMBER = re.compile(r"^[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]+")
_AHEAD = re.compile("^.*(?:[月年底日]前|[年月]内|要|应|须)(?=..)")  # 市住建局要在9月底前|建成保障房
_STANDING = re.compile("长期坚持|长期抓|长期任务")
_LEAD_IN = re.compile(
    "^[^，。；：]{0,8}(?:要求|指出|强调|明确|议定|决定|批示|请示|同意)(?:如下)?[，：]?|^(?:请|责成|由|要)(?=[^，。；：]{4})"
)
# What several things an order asks for begin with: the first kind that counts 1, 2 … from the first on.
_DIGITS = "一二三四五六七八九十"
_AT = r"(?:^|(?<=[。；;：:，,\n]))[ \t　]*"
_COUNTED = [
    re.compile(_AT + form, re.M)
    for form in (
        f"([{_DIGITS}])、",
        f"[（(]([{_DIGITS}])[）)]",
        f"([{_DIGITS}])是",
        r"(\d{1,2})[.．、](?!\d)",
        r"[（(](\d{1,2})[）)]",
    )
]
LEAD = 12  # characters of 会议议定：; what is longer says something of every part
# Where the one who is to act may stand, and what says that he is to.
_BEFORE = "(?:^|(?<=[，。；：、\n）请由以和与及成求同]))"
_AFTER = "(?=要|应|须|需|负责|牵头|会同|配合|于|在|将|尽快|抓紧|务必|按|[，、])"
_ORGAN = "局|委|办|厅|院|中心|管委会|集团|公司|办公室|联社|指挥部|专班"
_UNKNOWN = re.compile(f"{_BEFORE}[^，。；：、\n的]{{2,14}}?(?:{_ORGAN}){_AFTER}")
_CHARGE = re.compile("请(?!示)|责成|要求")  # 请|市民政局牵头
_NOT_OF_NAME = re.compile("^.*(?:要求|指出|强调|明确|议定|决定|责成|请|由)")


def parts_of(text: str) -> list[str]:
    """The things an order asks for, each as it is written without its number; itself where it is one."""
    kinds = [list(form.finditer(text)) for form in _COUNTED]
    begun = [found for found in kinds if len(found) > 1 and _is_counted(m[1] for m in found)]
    if not begun:
        return [text.strip()]
    found = min(begun, key=lambda those: those[0].start())
    stops = [*(m.start() for m in found[1:]), len(text)]
    parts = [text[m.end() : stop].strip(" \t　\n；;，,") for m, stop in zip(found, stops, strict=True)]
    lead = text[: found[0].start()].strip()
    return [f"{lead}\n{part}" if len(lead) > LEAD else part for part in parts if part]


def _is_counted(numbers: Iterable[str]) -> bool:
    """Whether they run 1, 2, 3 …"""
    said = [int(number) if number.isdecimal() else _DIGITS.index(number) + 1 for number in numbers]
    return said == [*range(1, len(said) + 1)]


def read_order(text: str, given_on: date, directory: Directory) -> Reading:
    """One point with one task: what ``text`` orders, as far as it can be read; a person corrects it.

    Days are counted from ``given_on``; without a deadline in the text it is the last day of that year, with
    a doubt that says so. Never raises; units are as written, known or not.
    """
    folded = in_lines(fold(text))
    facts = Facts(folded, Base(given_on, given_on.year, statutory()), None)
    found = clauses.find(facts.text)
    open_spans = list(_outside(found, len(facts.text)))
    times = facts.field_times(time for clause in found for time in clause.times)
    times += [t for a, b in open_spans for t in facts.times(a, b) if t.deadline and not t.weak]
    order = "".join(facts.words(a, b) for a, b in open_spans)
    units = facts.units(found) or tuple(facts.unit(party) for party in _named(facts.text, directory))
    point = Point(
        number="",
        title=order or text.strip(),
        span=(0, len(text)),
        title_span=(0, len(text)),
        units=units,
        times=tuple(times),
        governing=chief(times),
        targets=tuple(target for a, b in open_spans for target in facts.targets(a, b)),
    )
    parsed = Parsed(None, "", (), given_on, None, None, given_on.year, (point,))
    reading = reading_of(parsed.as_json(), given_on.year)
    (point_read,) = reading.points
    (task,) = point_read.tasks
    title = _title(facts.text, open_spans, order)
    targets = tuple(replace(row, subject=_AHEAD.sub("", row.subject)) for row in task.targets)
    task = replace(_timed(task, order), title=title, text=text.strip(), start=0, stop=0, targets=targets)
    return replace(reading, points=(replace(point_read, title=title, tasks=(task,)),))


def _timed(task: DraftTask, order: str) -> DraftTask:
    """The task as it stands where the text names no day: 长期坚持 if it says so, else in doubt."""
    if task.basis is not DeadlineBasis.DOCUMENT_YEAR or task.doubt:
        return task
    if _STANDING.search(order):
        return replace(task, deadline=None, is_open_ended=True, basis=DeadlineBasis.TEXT)
    return replace(task, doubt="原文没有写明时限，暂按年底登记，请核对")


def _outside(found: Sequence[clauses.Clause], length: int) -> Iterator[Span]:
    """What of a text stands in no clause."""
    at = 0
    for clause in found:
        if at < clause.start:
            yield at, clause.start
        at = clause.stop
    if at < length:
        yield at, length


def _named(text: str, directory: Directory) -> list[Party]:
    """Who an order without a clause names: by words such as 牵头, else in the place of who is to act."""
    found: dict[str, Party] = {}
    for start, stop in cut(text, "，。；\n"):
        charge = _CHARGE.match(text, start, stop)
        said = parties.read(text, charge.end() if charge else start, stop)
        names = [party.name.text for party in said.parties]
        if said.roles_said and all(is_name(name) or key(name) in directory.names for name in names):
            found |= {party.name.text: party for party in said.parties}
    for party in in_text.find(text, 0, len(text)):
        found.setdefault(party.name.text, party)
    for name in [*_known(text, directory), *_unknown(text)]:
        inside = any(p.name.start < name.stop and name.start < p.name.stop for p in found.values())
        if not inside:
            found.setdefault(name.text, Party(name, FieldKind.RESPONSIBLE))
    return sorted(found.values(), key=lambda party: party.name.start)


def _known(text: str, directory: Directory) -> Iterator[Name]:
    names = sorted({*directory.names, *directory.groups}, key=len, reverse=True)
    pattern = re.compile(_BEFORE + f"(?>{'|'.join(map(re.escape, names))})(?!\\d)") if names else None
    for match in pattern.finditer(text) if pattern else ():
        yield Name(match.start(), match.end(), match[0])


def _unknown(text: str) -> Iterator[Name]:
    for match in _UNKNOWN.finditer(text):
        words = _NOT_OF_NAME.sub("", match[0])
        if is_name(words):
            yield Name(match.end() - len(words), match.end(), words)


def _title(text: str, spans: Sequence[Span], order: str) -> str:
    """The first sentence that says what is to be done, without who says so and who is to do it."""
    for first, stop in spans:
        for a, b in cut(text[first:stop], "。；\n"):
            words = _LEAD_IN.sub("", _NUMBER.sub("", text[first + a : first + b].strip()))
            pieces = [words[c:d] for c, d in cut(words, "，")]
            while pieces and _says_only_who(pieces[0]):
                pieces.pop(0)
            work = [piece for piece in pieces if asked(piece) is Reporting.AT_NODES]
            if title := short("，".join(piece.strip() for piece in work or pieces)):
                return title
    return short(order)


def _says_only_who(words: str) -> bool:
    said = parties.read(words, 0, len(words))
    return bool(said.parties) and not said.others and not said.times and bool(said.roles_said)
