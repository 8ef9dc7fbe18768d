"""A document's text into its head, work points, units, deadlines and targets. Text in, facts out."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from tracker.documents import (
    defaults,
    header,
    headings,
    outline,
    parties,
    points,
    quotas,
    rows,
    selection,
    sentences,
    tables,
)
from tracker.documents.clauses import Clause
from tracker.documents.deadlines import Base, term_start
from tracker.documents.facts import Facts
from tracker.documents.header import Header
from tracker.documents.layout import in_lines, lines
from tracker.documents.outline import Node, Part
from tracker.documents.parsed import Parsed, Point, Timed
from tracker.documents.quotas import Quotas
from tracker.documents.targets import Target
from tracker.text import fold
from tracker.workdays import Workdays, statutory

_YEAR_OF_DEADLINE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:年?底|前|末|[上下]半年)"
)
_NOTICE = re.compile("(?:通知|函|通报|报告)$")


def parse(raw: str, *, workdays: Workdays | None = None) -> Parsed:
    """Read a document. Never raises on any text; the cost grows linearly with its length."""
    folded = in_lines(fold(raw))
    text = folded.norm
    head = header.read(folded)
    all_lines = lines(text)
    found_tables, taken = tables.find(text, all_lines)
    found_quotas, divided = quotas.find(text, [line for line in all_lines if line.start not in taken])
    taken |= divided
    parts = outline.parts(text, head, [line for line in all_lines if line.start not in taken])
    for part in parts:
        outline.read_clauses(text, part)
    found_clauses = [clause for part in parts for node in part.nodes() for clause in node.clauses]
    base = Base(head.issued_on, _plan_year(text, head), workdays or statutory(), term_start(text))
    apart = [(table.start, table.stop) for table in found_quotas]
    facts = Facts(folded, base, _first_leads_from(text, found_clauses), apart)
    in_rows = [point for table in found_tables for point in rows.points(facts, table)]
    default = defaults.find(text)
    chosen = _chosen(text, head, parts, by_clause_only=bool(in_rows), any_paper=bool(default))
    in_text = [points.read(facts, node, default) for part_points in chosen for node in part_points]
    found = sorted(in_rows + in_text, key=lambda point: point.span)
    overall = _overall(facts, head, parts, chosen)
    for table in found_quotas:
        _share(facts, table, found, overall)
    return Parsed(
        doc_number=head.doc_number,
        title=head.title,
        issuers=head.issuers,
        issued_on=head.issued_on,
        date_text=head.date_text,
        print_date=head.print_date,
        plan_year=base.plan_year,
        points=tuple(found),
        overall_targets=tuple(overall) if found else (),
        general_deadlines=tuple(_general(facts, parts, chosen)),
        default_units=_default_units(found_clauses, default),
        lead_rule=facts.first_leads_from is not None,
    )


def _default_units(found: Sequence[Clause], default: Clause | None) -> tuple[str, ...]:
    named = [name.text for clause in found for name in clause.defaults]
    named += [party.name.text for party in default.parties] if default else []
    return tuple(dict.fromkeys(named))


def _first_leads_from(text: str, found: Sequence[Clause]) -> int | None:
    """From where on the unit listed first leads: from the clause that says so, or all through a paper."""
    rule = parties.LEAD_RULE.search(text)
    if not rule:
        return None
    return next((clause.start for clause in found if clause.start <= rule.start() < clause.stop), 0)


def _plan_year(text: str, head: Header) -> int | None:
    """The year of the title; in a paper without any date the year most of its deadlines name."""
    if head.plan_year or head.issued_on:
        return head.plan_year
    years = Counter(_YEAR_OF_DEADLINE.findall(text))
    return int(max(years, key=lambda year: (years[year], year))) if years else None


def _title(text: str, node: Node) -> str:
    first_hole = min((c.start for c in node.clauses if c.start >= node.body), default=node.stop)
    start, stop = sentences.title(text, node.body, min(first_hole, node.stop))
    return text[start:stop]


def _chosen(
    text: str, head: Header, parts: Sequence[Part], *, by_clause_only: bool, any_paper: bool
) -> list[list[Node]]:
    """The points of each part, by the best sign that the paper as a whole gives."""

    def title(node: Node) -> str:
        return _title(text, node)

    signs: list[Callable[[Part], list[Node]]] = [
        lambda part: selection.chosen(part, title),
        lambda part: selection.chosen_by_text(text, part, title),
        lambda part: selection.chosen_by_title(part, None if any_paper else head.title, title),
    ]
    for choose in signs[:1] if by_clause_only else signs:
        found = [choose(part) for part in parts]
        if any(found):
            return found
    return [[] for _ in parts]


def _overall(
    facts: Facts, head: Header, parts: Sequence[Part], chosen: Sequence[Sequence[Node]]
) -> list[Target]:
    """Targets of the whole paper: those of a preamble or a goals section, not those of a covering notice."""
    found: list[Target] = []
    text = facts.text
    for part, points_of_part in zip(parts, chosen, strict=True):
        if not points_of_part and any(chosen):
            continue
        for row in part.before:
            notice = part is parts[0] and _NOTICE.search(head.title)
            if not notice or headings.sets_goals(text[row.start : row.stop]):
                found += facts.targets(row.start, row.stop)
        for node in _outside(part, points_of_part):
            above = [node, *([node.parent] if node.parent else [])]
            if any(headings.sets_goals(_title(text, each)) for each in above):
                found += facts.targets(node.body, node.stop)
    return found


def _share(facts: Facts, table: Quotas, found: list[Point], overall: list[Target]) -> None:
    """Give the targets of a table to the point it stands in or right behind, else to the whole paper."""
    placed = tuple(facts.placed(target, table.start, table.stop) for target in table.targets)
    start, _ = facts.folded.span(table.start, table.stop)
    above = [n for n, point in enumerate(found) if point.span[0] < start]
    if above and not facts.folded.raw[found[above[-1]].span[1] : start].strip():
        found[above[-1]] = replace(found[above[-1]], targets=(*found[above[-1]].targets, *placed))
    else:
        overall += placed


def _general(facts: Facts, parts: Sequence[Part], chosen: Sequence[Sequence[Node]]) -> list[Timed]:
    """Deadlines outside of all points: duties of the notice itself, requirements at the end."""
    found: list[Timed] = []
    for part, points_of_part in zip(parts, chosen, strict=True):
        stretches = [(row.start, row.stop) for row in (*part.before, *part.after)]
        stretches += [(node.body, node.stop) for node in _outside(part, points_of_part)]
        for start, stop in sorted(stretches):
            found += [t for t in facts.times(start, stop) if t.deadline and not t.weak]
    return found


def _outside(part: Part, points_of_part: Sequence[Node]) -> list[Node]:
    """The nodes that are neither points nor in one, without the headings above points."""
    within = {node for point in points_of_part for node in point.walk()}
    return [node for node in part.nodes() if node not in within]
