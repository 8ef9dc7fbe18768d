"""Finds every expression of time in a text: sentence by sentence, reader by reader."""

import re
from dataclasses import replace

from tracker.documents.deadlines import counted, dated, events, recurring, standing
from tracker.documents.deadlines.context import Sentence
from tracker.documents.deadlines.reading import Base, Deadline, Mention, governing
from tracker.text import fold

# Each claims what it understands; a later one reads what is left.
_READERS = (recurring.read, counted.read, events.read, standing.read, dated.read)

_SENTENCE = re.compile(r"[^。！？\n]+")
_CLUE = re.compile(r"[年月日号周天旬季节前内起期每按止末冬暑Q]|[0-9]{8}|星期|礼拜|[0-9][-./][0-9]")
_FIELD_CLUE = re.compile(r"[长立持常即已边马坚始成闭结届竣冬岁]|安排|通知|定")
_TITLE = re.compile(r"《[^《》\n]{0,200}》|〈[^〈〉\n]{0,200}〉")
_SINCE = re.compile(r"[，、]?并?(?:务必|务)?[在于将]?")
_AND = re.compile(
    r"(?:完成|整改|到位|办结|任务){0,3}[\s，；、]?(?:并|且|和|及|与|然后|后|同时|须|需|要|应){0,3}"
)
_MOVES_ON = re.compile(
    r"[逢遇](?:到|有)?(?:法定)?(?:节假日|休息日|双休日|周末|公休日|假日)[^，。；]{0,4}顺延"
)
_YEARS = range(1950, 2101)


def find(text: str, base: Base, *, field: bool = False) -> list[Mention]:
    """The expressions of time in a text in normal form, in its order.

    ``field``: the text is a clause or a 时限 field, where 6月, 三个月内 and 长期坚持 are deadlines; in
    running text they are not. Never raises; linear in the length of the text.
    """
    base = _sane(base)
    return [
        replace(mention, start=mention.start + sentence.start(), stop=mention.stop + sentence.start())
        for sentence in _SENTENCE.finditer(text)
        if _CLUE.search(sentence[0]) or (field and _FIELD_CLUE.search(sentence[0]))
        for mention in _in_sentence(sentence[0], base, field)
    ]


def resolve(phrase: str, base: Base) -> Mention | None:
    """One phrase by itself, as a person typed it: the mention that counts, None when it speaks of no time.

    Offsets are those of ``phrase``.
    """
    folded = fold(phrase)
    mention = governing(find(folded.norm, base, field=True)) or _unknown(folded.norm)
    if not mention:
        return None
    start, stop = folded.span(mention.start, mention.stop)
    return replace(mention, start=start, stop=stop)


def _unknown(norm: str) -> Mention | None:
    """学校放假前: a time that a person must fill in."""
    found = re.search(r"[^，。；：\s]+(?:前|后|内|期间)", norm)
    return Mention(*found.span(), None) if found else None


def _sane(base: Base) -> Base:
    """Without years in which no paper was issued."""
    issued = base.issued_on if base.issued_on and base.issued_on.year in _YEARS else None
    plan = base.plan_year if base.plan_year in _YEARS else None
    return replace(base, issued_on=issued, plan_year=plan)


def _in_sentence(text: str, base: Base, field: bool) -> list[Mention]:
    sentence = Sentence(text, base, field)
    for title in _TITLE.finditer(text):
        sentence.claim(*title.span())
    for read in _READERS:
        read(sentence)
    mentions = _joined(text, sorted(sentence.mentions, key=lambda each: (each.start, each.stop)))
    return [_moved_on(each, base) for each in mentions] if _MOVES_ON.search(text) else mentions


def _joined(text: str, mentions: list[Mention]) -> list[Mention]:
    """Mentions that say one thing together made one: 立行立改，长期坚持; 2022年6月起，每月25日前."""
    made: list[Mention] = []
    for mention in mentions:
        before = made[-1] if made else None
        both = before and _together(text, before, mention)
        if before and both:
            made[-1] = Mention(before.start, mention.stop, both, before.weak and mention.weak)
        else:
            made.append(mention)
    return made


def _together(text: str, a: Mention, b: Mention) -> Deadline | None:
    """What two neighbours say together; None when each says its own."""
    if not a.deadline or not b.deadline:
        return None
    if (
        b.deadline.recurring
        and a.deadline.start
        and a.deadline.open_ended
        and _SINCE.fullmatch(text, a.stop, b.start)
    ):
        return replace(b.deadline, start=a.deadline.start)
    if (a.deadline.is_state or b.deadline.is_state) and _AND.fullmatch(text, a.stop, b.start):
        dated, state = (b.deadline, a.deadline) if a.deadline.is_state else (a.deadline, b.deadline)
        return replace(
            dated,
            open_ended=dated.open_ended or state.open_ended,
            immediate=dated.immediate or state.immediate,
            done=dated.done or state.done,
        )
    return None


def _moved_on(mention: Mention, base: Base) -> Mention:
    """逢节假日顺延: a day off moves to the next working day."""
    deadline = mention.deadline
    if not deadline or not (deadline.due or deadline.recurring):
        return mention
    due = base.workdays.on_or_after(deadline.due) if deadline.due else None
    return replace(mention, deadline=replace(deadline, due=due, next_workday=True))
