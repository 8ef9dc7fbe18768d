"""A paper as parts with numbered points inside each other, and the lines that belong to none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.documents import clauses, fields, markers, sentences
from tracker.documents.clauses import Clause
from tracker.documents.header import Header
from tracker.documents.layout import Line, lines
from tracker.documents.markers import Marker

# What ends the text of a point although no other point begins.
_END = re.compile(
    r"附件|附[:：]|附表|抄送|主送|印发[:：]|出席|列席|参会|参加人员|请假|记录人|会议(?:强调|要求)|联系(?:人|电话|方式|单位)|（?联系人|（此件|（?信息公开|信息公开|说明[:：]|注[:：]|填表说明"
    r"|扫一扫|[【\[]?(?:打印|关闭|返回)|浏览|分享到|责任编辑|主办[:：]|主办单位[:：]|承办[:：]|版权|网站|.{0,6}ICP|[上下]一[篇条][:：]"
    r"|相关(?:文档|链接|附件|阅读|解读)|信息来源|来源[:：]|解读|政策解读|文件下载|点击下载"
)
_NUMBERS = re.compile(r"(?P<first>\d{1,3})(?:[-~至、—]\d{1,3})+项?")
_ANNEX_ITEM = re.compile(r"\d{1,2}[.、][^。；]{2,50}$")


@dataclass(eq=False)
class Node:
    """A numbered paragraph with what follows it up to the next number: its own text is [body, stop).

    ``clauses`` are those that answer for it, which may stand in the text of its last child.
    """

    marker: Marker
    parent: "Node | None"
    stop: int
    children: list["Node"] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)

    @property
    def start(self) -> int:
        return self.marker.start

    @property
    def body(self) -> int:
        return self.marker.stop

    @property
    def end(self) -> int:
        """The end of its text and that of all under it."""
        last = self
        while last.children:
            last = last.children[-1]
        return max(self.stop, last.stop)

    def walk(self) -> "list[Node]":
        """Itself and all under it, in the order of the text."""
        found, waiting = [], [self]
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting += reversed(node.children)
        return found


@dataclass(eq=False)
class Part:
    """A stretch whose numbering begins anew: a covering notice, a plan, a second paper."""

    before: list[Line] = field(default_factory=list)
    roots: list[Node] = field(default_factory=list)
    after: list[Line] = field(default_factory=list)

    def nodes(self) -> list[Node]:
        return [node for root in self.roots for node in root.walk()]


def parts(text: str, head: Header, rows: Sequence[Line]) -> list[Part]:
    """The parts of a paper in order; ``rows`` are its lines without those of tables."""
    return _Builder(text, head).build(rows)


class _Builder:
    def __init__(self, text: str, head: Header) -> None:
        self.text = text
        self.head = head
        self.parts = [Part()]
        self.open: list[Node] = []  # the point being read and those it lies in
        self.annexes = 0  # the last number of a list of annexes being passed over
        self.attached = False  # whether plain lines still belong to the point being read

    def build(self, rows: Sequence[Line]) -> list[Part]:
        signed = {
            row.start
            for s in self.head.signatures
            if s.signers or s.printed or self.text[s.start - 2 : s.start - 1] != "："  # no value of a field
            for row in (*s.signers, s.dated)
        }
        for row in rows:
            if row.start < self.head.body:
                continue
            words = self.text[row.start : row.stop]
            if row.start in signed:
                self._sign()
            elif self._is_annex_item(words):
                self.annexes += 1
            elif marker := markers.at(self.text, row.start):
                self._add(marker, row)
            else:
                self._text(row, words)
        return [part for part in self.parts if part.before or part.roots or part.after]

    def _sign(self) -> None:
        if self.parts[-1].before or self.parts[-1].roots:
            self.parts.append(Part())
        self.open.clear()
        self.attached = False

    def _is_annex_item(self, words: str) -> bool:
        return (
            bool(self.annexes and _ANNEX_ITEM.match(words)) and markers.value(words[:2]) == self.annexes + 1
        )

    def _add(self, marker: Marker, row: Line) -> None:
        self.annexes = 0
        while self.open and self.open[-1].marker.rank >= marker.rank:
            self.open.pop()
        part = self.parts[-1]
        parent = self.open[-1] if self.open else None
        begun = [root for root in part.roots if root.marker.rank == marker.rank]
        if not parent and marker.value == 1 and begun:
            part = Part()
            self.parts.append(part)
        node = Node(marker, parent, row.stop)
        (parent.children if parent else part.roots).append(node)
        self.open.append(node)
        self.attached = True

    def _text(self, row: Line, words: str) -> None:
        if _END.match(words):
            self.attached = False
            self.annexes = 1 if re.match(r"附件?[:：]\s*1", words) else 0
        if self.attached and self.open:
            self.open[-1].stop = row.stop
        else:
            part = self.parts[-1]
            (part.after if part.roots else part.before).append(row)


def read_clauses(text: str, part: Part) -> None:
    """Find the clauses of every node and give those at the end of a list to what the list belongs to."""
    nodes = part.nodes()
    for node in nodes:
        node.clauses = [clause.moved(node.body) for clause in clauses.find(text[node.body : node.stop])]
    for siblings in [part.roots, *(node.children for node in nodes)]:
        _give_above(text, siblings)
        _give_field(text, siblings)
    for rank in sorted({node.marker.rank for node in nodes}, reverse=True):
        _raise_clauses(nodes, rank)
    if nodes:
        _end_part(text, part, nodes[-1])


def _end_part(text: str, part: Part, last: Node) -> None:
    """Take the closing words of a paper off its last point: lines behind the line that ends in its clause."""
    rows = [Line(last.body + row.start, last.body + row.stop) for row in lines(text[last.body : last.stop])]
    said = last.clauses or (last.parent.clauses if last.parent else [])
    ends = max((clause.stop for clause in said), default=0)
    place = next((n for n, row in enumerate(rows) if row.start <= ends - 1 <= row.stop), None)
    if place is None or not sentences.split(text, last.body, ends, [(c.start, c.stop) for c in said]):
        return
    behind = rows[place + 1 :]
    if not behind or any(fields.LABEL.match(text, row.start) for row in behind):
        return
    if text[ends : rows[place].stop].strip("。；"):
        return
    last.stop = rows[place].stop
    part.after = [*behind, *part.after]


def _give_above(text: str, siblings: Sequence[Node]) -> None:
    """Give the clause of 以上各项责任单位：… to the points before it, or to those it numbers (以上1-3项)."""
    for place, node in enumerate(siblings):
        clause = next((clause for clause in node.clauses if clause.covers_above), None)
        if not clause:
            continue
        numbers = _NUMBERS.search(text, clause.start, clause.stop)
        first = int(numbers["first"]) if numbers else 0
        while place and not siblings[place - 1].clauses and siblings[place - 1].marker.value >= first:
            place -= 1
            siblings[place].clauses = [clause]


def _give_field(text: str, siblings: Sequence[Node]) -> None:
    """Where the fields of a point are numbered, （三）责任单位：…, give their clauses to the point."""
    for node in siblings:
        label = fields.LABEL.match(text, node.body)
        if label and node.parent and node.clauses and node.clauses[0].start <= label.start():
            node.parent.clauses += node.clauses
            node.clauses = []


def with_clauses(nodes: Sequence[Node]) -> set[Node]:
    """Those that have a clause in their text or in that of a node under them; ``nodes`` are in text order."""
    found: set[Node] = set()
    for node in reversed(nodes):
        if node.clauses or any(child in found for child in node.children):
            found.add(node)
    return found


def _raise_clauses(nodes: Sequence[Node], rank: int) -> None:
    """Where all through a part only the last of several siblings has a clause, it is their parent's."""
    having = with_clauses(nodes)
    last: list[Node] = []
    for parent in nodes:
        siblings = [child for child in parent.children if child.marker.rank == rank]
        if len(siblings) < 2:
            continue
        if any(child in having for child in siblings[:-1]):
            return
        if siblings[-1] in having:
            last.append(siblings[-1])
    for node in last:
        if node.parent and node.clauses:
            node.parent.clauses += node.clauses
            node.clauses = []
