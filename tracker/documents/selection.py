"""Which numbered paragraphs of a part are work points."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from tracker.documents import headings, in_text
from tracker.documents.outline import Node, Part, with_clauses

_PLANS = re.compile(
    r"(?:要点|任务|分工|分解|方案|计划|清单|安排|举措|措施|实事|目标|行动|意见|台账)(?:表)?(?:（[^（）]*）)?(?:》.{0,4}(?:通知|函))?$"
)
Titled = Callable[[Node], str]


def chosen(part: Part, title: Titled) -> list[Node]:
    """The points of a part: the lowest numbered paragraphs that have a clause, and their like without one.

    A paragraph without clause is a point where most of its depth are and where others beside or after it
    have one, unless its heading, or one above it, is general (工作要求).
    """
    nodes = part.nodes()
    having = with_clauses(nodes)
    carriers = [
        node for node in nodes if node.clauses and not any(child in having for child in node.children)
    ]
    return _with_like(nodes, carriers, having, title)


def chosen_by_text(text: str, part: Part, title: Titled) -> list[Node]:
    """The points of a part without a single clause: headings that name a unit, or text that says 由A牵头."""
    nodes = part.nodes()
    named = [
        node
        for node in nodes
        if is_unit_heading(text, node, title(node)) or in_text.find(text, node.body, node.stop)
    ]
    return _with_like(nodes, named, set(), title)


def chosen_by_title(part: Part, paper: str | None, title: Titled) -> list[Node]:
    """The points of a plan that names no units at all: the paragraphs under its sections, else the sections.

    ``paper`` is the title that must tell a plan; None for a paper that is known to be one.
    """
    nodes = part.nodes()
    if len(nodes) < 2 or (paper is not None and not _PLANS.search(paper)):
        return []
    inner = [node for node in nodes if node.parent and node.marker.rank <= 3 and not _is_general(node, title)]
    ranks = Counter(node.marker.rank for node in inner)
    rank = ranks.most_common(1)[0][0] if ranks else min(node.marker.rank for node in nodes)
    return [node for node in nodes if node.marker.rank == rank and not _is_general(node, title)]


def is_unit_heading(text: str, node: Node, title: str) -> bool:
    """Whether a node's heading is the unit that does what follows: 市教育局：…"""
    colon = text.startswith("：", node.body + len(title)) or node.body + len(title) == node.stop
    alone = text.startswith("\n", node.body + len(title))
    return (colon or alone) and headings.is_unit(title)


def _with_like(
    nodes: Sequence[Node], carriers: Sequence[Node], having: set[Node], title: Titled
) -> list[Node]:
    if not carriers:
        return []
    found = set(carriers)
    counts = Counter(node.marker.rank for node in carriers)
    above = {ancestor for node in carriers for ancestor in _ancestors(node)}
    below = {node for carrier in carriers for node in carrier.walk()}
    free = [
        node for node in nodes if node not in above and node not in below and not _is_general(node, title)
    ]
    most = counts.most_common(1)[0][0]
    families = {node.parent for node in carriers}
    first, last = carriers[0].start, carriers[-1].start
    for rank, count in counts.items():
        alike = [node for node in free if node.marker.rank == rank]
        if rank == most or count >= len(alike):
            found.update(
                node
                for node in alike
                if (node.parent in families or first < node.start < last)
                and not any(n in having for n in node.walk())
            )
    inner = {ancestor for node in found for ancestor in _ancestors(node)}
    return [node for node in nodes if node in found and node not in inner]


def _ancestors(node: Node) -> list[Node]:
    found = []
    while node.parent:
        node = node.parent
        found.append(node)
    return found


def _is_general(node: Node, title: Titled) -> bool:
    return any(headings.is_general(title(each)) for each in (node, *_ancestors(node)))
