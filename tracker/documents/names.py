"""Units named in a list: cut at the marks between them, never inside a name or a bracket."""

import re
from typing import NamedTuple

from tracker.documents import departments
from tracker.documents.brackets import inside
from tracker.documents.brackets import split as cut

_BRACKET = "（[^（）]*(?:（[^（）]*）[^（）]*)?）"
_LEVELS = (
    "县级市|地级市|县市区|区县市|市县区|乡镇|镇街|镇乡|乡街|县市|县区|市县|区县|市区"
    "|省|市|州|盟|县|区|旗|镇|乡|村|街道|社区|苏木|嘎查"
)
_LEVEL = f"(?:{_LEVELS})(?:（[^（）]{{1,8}}）)?(?:{_LEVELS})?"
_ORGANS = (
    "(?:人民)?政府|党委|党工委|党组织|党支部|支部|管委会|办事处|街道办事处|街道办"
    "|村委会|居委会|村民委员会|居民委员会"
)
_CLASSES = (
    "单位|部门|机构|企业|学校|中小学|高校|院校|医院|幼儿园|科研院所|职业院校|医疗机构"
    "|社会组织|园区|平台|行业协会|商会"
)
# How the name of an organ, of a class of organs or of a place ends.
_END = re.compile(
    rf"(?:[局厅委办部会院署府站所处科室股组队校台社馆联协行县区市州盟旗镇乡村港厂矿店园]"
    rf"|中心|集团|公司|单位|部门|机构|企业|大学|中学|小学|高校|学会|街道|团体|专班|海关|机关|基地|主体|运营商"
    rf"|党组|党委|支部|组织|电力|移动|联通|电信|铁塔|各地|系统|法庭|武警|平台|成员|政府)(?:{_BRACKET})?$"
)
_NOT_IN_NAMES = re.compile(
    r"[。！？：；，\n\t]|的(?!部门|单位)|了|应当|可以|进一步|必须|不得|能够|以下简称|详见"
)

# What cannot stand alone: a bare level, organ or class that only means something with its neighbour.
_PURE_LEVEL = re.compile(f"{_LEVEL}级?")
_BARE_ORGAN = re.compile(f"(?:{_LEVEL}(?:[级]|[两三四]级)?)?(?:{_ORGANS})?(?:{_BRACKET})?")
_ORGAN = re.compile(_ORGANS)
_COMMITTEE = re.compile("[省市州县区镇乡]委")
_BARE_CLASS = re.compile(f"(?:有关|相关)?(?:{_CLASSES})")
_GROUP = re.compile("(?:沿[^、各]{0,3})?(?:各|全[省市县区州]|所有|有关|相关|其他|[省市县区州盟旗](?:直|级))")
_LEVEL_END = re.compile(f"(?:{_LEVELS}|{_ORGANS}|级)(?:{_BRACKET})?$")

_AND = re.compile("以及|[及和与]")
_AND_SO_ON = re.compile(r"(?<![高中初同平相何])等(?!级)")
# What may follow 等 without naming anybody.
_NOBODY = re.compile(
    r"(?:(?:\d+|[一二三四五六七八九十]+)个)?(?:各?有关|各?相关|其他|各)?"
    r"(?:职能|主管|责任|配合|医疗|教育|金融|科研|基层|业务|行业|牵头|市级|县级|省级|区级|\d+)?"
    r"(?:部门|单位|机构|企业|方面|院校|高校|地|处室|科室|组织)?(?:[和、及]?(?:有关|相关)?(?:部门|单位|机构|企业|处室))*"
)
_EDGE = " \n\t：、，；。和及与由"
_PREFIX = re.compile(f"(?:各(?:有关|相关)?{_LEVEL}|国家|[省市州盟县区旗镇])(?={departments.PATTERN})")


class Name(NamedTuple):
    """A unit as written at [start, stop) of the text it was read in.

    ``expansion`` is the full name where the prefix stands only at a neighbour (省科技厅、商务厅);
    ``correction`` is the right spelling where the written one is damaged.
    """

    start: int
    stop: int
    text: str
    expansion: str | None = None
    correction: str | None = None

    def moved(self, by: int) -> "Name":
        """The same with offsets counted from ``by`` characters earlier."""
        return self._replace(start=self.start + by, stop=self.stop + by)


class _Piece(NamedTuple):
    start: int
    stop: int
    mark: str  # what stands between this piece and the one before


def split(text: str) -> list[Name]:
    """The units of a list in normal form, in order.

    Cut at 、，； and at 和/及/与 between two full names. A piece that cannot stand alone (政府, 县级市)
    joins its neighbour and the group stays one string. 等 and 等部门 are dropped; a body after 等 stays.
    """
    pieces = [
        part
        for piece in _between_marks(text)
        for listed in _without_so_on(text, piece)
        for part in _ands(text, listed)
    ]
    return _explained(text, _joined(text, pieces))


def is_name(text: str) -> bool:
    """Whether the text, taken alone, may be the name of a unit or of a class of units."""
    return 2 <= len(text) <= 45 and bool(_END.search(text)) and not _NOT_IN_NAMES.search(text)


def may_be_name(text: str) -> bool:
    """Whether the text could be a unit's name where a label or a word such as 牵头 says that one stands."""
    return 2 <= len(text) <= 30 and not _NOT_IN_NAMES.search(text)


def stands_alone(text: str) -> bool:
    """Whether a name means something without a neighbour; 县（市、区）, 政府 and 单位 do not."""
    return not any(
        _BARE_ORGAN.fullmatch(words) or _BARE_CLASS.fullmatch(words) for words in {text, text.split("、")[0]}
    )


def _trimmed(text: str, start: int, stop: int, mark: str) -> list[_Piece]:
    while start < stop and text[start] in _EDGE:
        start += 1
    while start < stop and text[stop - 1] in _EDGE:
        stop -= 1
    if start < stop and text[stop - 1] == "）" and "（" not in text[start:stop]:
        stop -= 1
    return [_Piece(start, stop, mark)] if start < stop else []


def _between_marks(text: str) -> list[_Piece]:
    return [
        piece
        for start, stop in cut(text, "、，；。\n\t")
        for piece in _trimmed(text, start, stop, text[start - 1] if start else "")
    ]


def _without_so_on(text: str, piece: _Piece) -> list[_Piece]:
    """The piece without its 等 and what follows it, unless that names somebody."""
    covered = inside(text[piece.start : piece.stop])
    for found in _AND_SO_ON.finditer(text, piece.start, piece.stop):
        if covered[found.start() - piece.start]:
            continue
        listed = _trimmed(text, piece.start, found.start(), piece.mark)
        rest = text[found.end() : piece.stop]
        if _NOBODY.fullmatch(rest):
            return listed
        return listed + _trimmed(text, found.end(), piece.stop, "等")
    return [piece]


def _ands(text: str, piece: _Piece) -> list[_Piece]:
    """The piece cut at each 和 that joins two full names."""
    words = text[piece.start : piece.stop]
    joints = list(_AND.finditer(words))
    if not joints:
        return [piece]
    covered = inside(words)
    ends = [joint.start() for joint in joints[1:]] + [len(words)]
    parts = []
    start, mark = 0, piece.mark
    for joint, end in zip(joints, ends, strict=True):
        left = words[start : joint.start()]
        rights = (words[joint.end() : end], words[joint.end() :])
        if covered[joint.start()] or not is_name(left) or not any(map(_can_stand, rights)):
            continue
        parts.append(_Piece(piece.start + start, piece.start + joint.start(), mark))
        start, mark = joint.end(), joint[0]
    return [*parts, _Piece(piece.start + start, piece.stop, mark)]


def _can_stand(words: str) -> bool:
    return is_name(words) and stands_alone(words)


def _joined(text: str, pieces: list[_Piece]) -> list[_Piece]:
    groups: list[_Piece] = []
    waiting = False  # the last group is a bare level such as 市 that needs what follows
    for piece in pieces:
        words = text[piece.start : piece.stop]
        last = text[groups[-1].start : groups[-1].stop] if groups else ""
        leans = bool(last) and piece.mark not in "，；等" and _leans_on(last, words)
        if waiting or leans:
            groups[-1] = _Piece(groups[-1].start, piece.stop, groups[-1].mark)
        else:
            groups.append(piece)
        waiting = not leans and bool(_PURE_LEVEL.fullmatch(words))
    return groups


def _leans_on(last: str, words: str) -> bool:
    """Whether ``words`` is no name by itself but the continuation of the group before it."""
    if _BARE_CLASS.fullmatch(words):
        return bool(_GROUP.match(last))
    if _BARE_ORGAN.fullmatch(words):
        return bool(_GROUP.match(last) and _LEVEL_END.search(last)) or (
            words.endswith("政府")
            and _ORGAN.fullmatch(words) is not None
            and _COMMITTEE.fullmatch(last) is not None
        )
    return False


def _explained(text: str, pieces: list[_Piece]) -> list[Name]:
    """The names with the full form of those whose prefix is elided or whose spelling is damaged."""
    names: list[Name] = []
    prefix = ""
    for piece in pieces:
        words = text[piece.start : piece.stop]
        if piece.mark != "、":
            prefix = ""
        if found := _PREFIX.match(words):
            prefix = found[0]
        expansion = prefix + words if prefix and departments.is_elided(words) else None
        names.append(Name(piece.start, piece.stop, words, expansion, departments.correction(words)))
    return names
