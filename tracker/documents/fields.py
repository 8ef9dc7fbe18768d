"""The labels of a responsibility clause or a block of fields: 责任单位：, 完成时限：."""

import re
from typing import NamedTuple

from tracker.words import Word


class FieldKind(Word):
    """What stands behind a label."""

    LEAD = "lead", "牵头单位"
    RESPONSIBLE = "responsible", "责任单位"
    COOPERATE = "cooperate", "配合单位"
    SUPERVISE = "supervise", "督导单位"
    PERSON = "person", "责任人"
    TIME = "time", "完成时限"
    GOAL = "goal", "整改目标"
    MEASURES = "measures", "整改措施"
    PROBLEM = "problem", "问题"
    NOTE = "note", "备注"


_BODY = "(?:责任)?(?:单位|单住|単位|部门|科室|处室|股室|机构)"
_LABELS = (
    (FieldKind.PERSON, r"(?:第一|直接|具体|主要|整改|包案|工作)?责任人(?:员)?|[主第].{0,2}负责人|负责人"),
    (
        FieldKind.PERSON,
        r"(?:[省市州县区](?:委|政府)?)?(?:责任|分管|牵头|包案|包保|包联|挂点|挂钩|联系|督办|主管)(?:省|市|州|县|区|局|镇|乡|委|政府)?(?:级)?(?:分管)?领导",
    ),
    (FieldKind.PERSON, r"(?:[省市州县区]政府)?(?:分管|牵头|包案)(?:副?[市县区州镇]长|负责人)"),
    (
        FieldKind.LEAD,
        rf"(?:工作|整改|总)?牵头{_BODY}?(?:或汇总单位|和汇总单位)?|主办{_BODY}|主要责任{_BODY}|主责{_BODY}|主管{_BODY}",
    ),
    (FieldKind.SUPERVISE, rf"负责(?:考核|督导|验收)的?{_BODY}"),
    (
        FieldKind.SUPERVISE,
        rf"(?:督导|督办|督查|督促|监督|验收|销号|考核|监管|核查|指导)(?:[和、]?(?:督导|验收|检查|指导))?{_BODY}",
    ),
    (
        FieldKind.COOPERATE,
        rf"(?:配合|协办|协同|协助|协作|参与|参加|支持|协调|会办)(?:[和、及](?:配合|参与|协作))?{_BODY}|配合",
    ),
    (
        FieldKind.RESPONSIBLE,
        r"(?:其他|整改|落实|工作|具体|属地|相关)?责任(?:单位|单住|単位|部门|科室|处室|股室|主体|乡镇)(?:[及和、]责任人)?",
    ),
    (FieldKind.RESPONSIBLE, r"(?:承办|落实|实施|执行|责任落实|负责|整改|承担)(?:单位|部门|科室|处室)"),
    (
        FieldKind.TIME,
        r"(?:计划|拟)?(?:完成|整改|办结|办理|落实|工作|销号|整治|实施|推进|解决|达标|责任)?"
        r"(?:时限|期限|时间节点|时间进度|时间安排|时间要求|时间|进度安排|节点|日期)(?:要求|进度)?",
    ),
    (FieldKind.GOAL, r"(?:整改|工作|整治|年度|总体|预期|主要|任务)?目标(?:任务|要求)?"),
    (FieldKind.MEASURES, r"(?:整改|工作|具体|主要|重点|整治|推进|落实|治理)(?:措施|举措)|措施|举措"),
    (FieldKind.PROBLEM, r"(?:存在|反馈|具体|主要|突出)?问题(?:表现|描述|内容)?|(?:问题)?整改事项"),
    (FieldKind.NOTE, r"备注|说明|完成情况|进展情况|整改情况|整改成效|目前进展|来源|问题来源|类别|领域"),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _LABELS)
UNIT_KINDS = frozenset({FieldKind.LEAD, FieldKind.RESPONSIBLE, FieldKind.COOPERATE, FieldKind.SUPERVISE})
CLAUSE_KINDS = UNIT_KINDS | {FieldKind.PERSON, FieldKind.TIME}

_ANY = "|".join(f"(?P<_{place}>{pattern})" for place, (_, pattern) in enumerate(_LABELS))
LABEL = re.compile(rf"(?:{_ANY})(?:（[^（）\n]{{0,24}}）)?：")
_COLON = re.compile("：")
_ASIDE = re.compile(r"（[^（）]*）|[\s：]")
_REACH = 64  # no label is longer, its bracket included
_GUARDS = frozenset("各确实的和与及其将由对")  # 各责任单位：, 明确责任单位： are running text


class Field(NamedTuple):
    """A label at ``start`` and its value at [value, stop), up to the next label or the end of the text."""

    kind: FieldKind
    start: int
    value: int
    stop: int


def kind_of(label: str) -> FieldKind | None:
    """What a bare label such as a column head means; None when it is no label of ours."""
    bare = _ASIDE.sub("", label)
    return next((kind for kind, pattern in _COMPILED if pattern.fullmatch(bare)), None)


def find(text: str) -> list[Field]:
    """The fields of a clause or of a block, in order; text before the first label belongs to none."""
    labels = []
    done = 0
    for colon in _COLON.finditer(text):
        label = LABEL.search(text, max(done, colon.start() - _REACH), colon.end())
        done = colon.end()
        if label and text[label.start() - 1 : label.start()] not in _GUARDS:
            labels.append(label)
    stops = [label.start() for label in labels[1:]] + [len(text)]
    return [
        Field(_kind(label), label.start(), label.end(), stop)
        for label, stop in zip(labels, stops, strict=False)
    ]


def _kind(label: re.Match[str]) -> FieldKind:
    return next(_LABELS[int(name[1:])][0] for name, value in label.groupdict().items() if value is not None)
