"""Numbers with their measures: everything in a sentence that a target could be made of."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto


class Kind(Enum):
    """What a measure measures; the judgement differs by kind."""

    COUNT = auto()
    SIZE = auto()
    MONEY = auto()
    TIME = auto()
    SHARE = auto()
    BARE = auto()  # a number without a measure of its own: 云阳1.1、宁泉0.9万亩


MEASURES = {
    Kind.COUNT: """
        个 家 户 人 名 位 人次 户次 人天 条次 架次 车次 班 班次 航次 批次 件次 场次 台次 艘次 辆次 家次 项次
        例次
        台套 台件 标箱 标准箱 课时 学时 学分 车位 所 处 艘 路 辆 架 台 套 座 栋 幢 宗 件 批 场 期 届 轮 次
        遍 回
        站 对 双 支 部 册 本 篇 份 张 枚 面 块 片 床 间 门 项 条 种 款 株 棵 尾 头 只 羽 口 眼 孔 根 盏 副
        顶 组 类
        队 节 段 堂 笔 单 例 起 桩 道 样 粒 箱 瓶 幅 穴 页 倍 分""",
    Kind.SIZE: """
        公里 千米 海里 车道公里 米 厘米 毫米 平方米 平方公里 平方千米 公顷 亩 立方米 立方 方 升 毫升 吨
        吨标准煤 吨标煤 公斤 千克 克 斤 毫克 微克 千瓦 兆瓦 吉瓦 千瓦时 兆瓦时 千伏安 兆伏安 度 贝克 分贝
        GB TB""",
    Kind.MONEY: "元 美元 欧元 港元 元人民币",
    Kind.TIME: """
        个工作日 工作日 个自然日 个小时 小时 分钟 秒 秒钟 天 日 个月 年 周 个星期 个季度 个年度 个学期 学年
        岁 周岁""",
    Kind.SHARE: "% ‰ 个百分点 百分点 个千分点",
}
_KIND_OF = {word: kind for kind, words in MEASURES.items() for word in words.split()}
_SCALES = "万亿|千万|百万|十万|亿|万|千|百"
# A measure word that goes on to be another word: 5个性化…, 30台账, 4所有.
_NOT_A_MEASURE = (
    r"(?![级型]|(?<=个)[性体别案]|(?<=人)[均民大]|(?<=户)[籍均型]|(?<=班)[子级组]|(?<=台)账|(?<=台)风|(?<=期)[间限末满]|(?<=所)[有需属]|(?<=条)[例]|(?<=名)[录单牌]"
    r"|(?<=部)[门分署]|(?<=面)积|(?<=分)[别类批级期之公局包布散析流解段步管工组区院店支会享]|(?<=场)[所地馆景]|(?<=位)[置一]|(?<=对)[于外]"
    r"|(?<=道)路|(?<=路)[公段面线径]|(?<=单)[位元]|(?<=方)[面案式法]|(?<=起)[草步]|(?<=站)点|(?<=队)伍|(?<=组)[织建长]|(?<=元)[化]|(?<=点)[位]|(?<=类)[别似])"
)
_WORDS = "|".join(sorted(map(re.escape, _KIND_OF), key=len, reverse=True))
_PER_WORDS = "|".join(sorted({w for w in _KIND_OF if w not in "%‰"} | {"月", "季度"}, key=len, reverse=True))
_PER = rf"(?:/(?:{_SCALES})?(?:{_PER_WORDS})(?:·(?:{_PER_WORDS}))?)?"  # 毫克/升, 吨/月·平方公里
_UNIT = rf"(?:(?:{_SCALES})?(?:{_WORDS}){_PER}){_NOT_A_MEASURE}"
_DIGITS = r"\d{1,12}(?:,\d{3})*(?:\.\d{1,6})?"
_HAN_MORE = "[一二两三四五六七八九十百千零〇]"
_HAN = f"[一二两三四五六七八九十]{_HAN_MORE}{{0,8}}(?:[万亿]{_HAN_MORE}{{1,8}}){{0,2}}"
_FREE = r"(?<![\dA-Za-z.,/+])"

_QUANTITY = re.compile(
    rf"""{_FREE}(?P<scan>\d{{1,3}})(?:0/(?:[.。]0?|0|$)|[lI|]00)(?!\d)
    |{_FREE}(?P<blurred>(?=\d*[OlI])(?=[OlI]*\d)[\dOlI]{{2,6}}|(?<=[^\x00-\x7f])l)(?P<unit0>{_UNIT})
    |(?<=%[和、])(?P<worn>\d{{1,2}})00(?=[，。；（）]|$)
    |(?P<part>百分之|千分之)(?P<share>{_DIGITS}|{_HAN})
    |{_FREE}(?P<low>{_DIGITS})(?:{_UNIT})?[-~至到](?P<high>{_DIGITS})(?P<unit1>{_UNIT})


    |{_FREE}(?P<number>{_DIGITS})(?P<more1>[余多来]?)(?:(?P<unit2>{_UNIT})(?P<stray>(?<=%)0(?!\d))?|(?=[、和及，。；（）]|以内|以上|以下|左右|$))
    |(?<![第每一二两三四五六七八九十百千万亿])(?:(?P<han_low>[一二两三四五六七八九十])[至到])?
     (?P<han>{_HAN})(?P<more2>[余多来]?)(?P<unit3>(?!类){_UNIT})
    |(?P<double>翻[一两三二]?番)
    """,
    re.VERBOSE,
)

_HAN_DIGIT = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_SCALE = {"十": 10, "百": 100, "千": 1000}
_BLURS = str.maketrans("OlI", "011")
_DOUBLES = {"翻番": 100, "翻一番": 100, "翻两番": 300, "翻二番": 300, "翻三番": 700}


@dataclass(frozen=True)
class Quantity:
    """A number as written with its measure; [start, stop) counts in the text it was found in.

    ``high`` is the upper end of a range (1-2个). ``repaired`` marks a value that scanning had damaged.
    ``vague``: 30余家. ``written`` is not None where the value does not stand there in plain digits.
    """

    start: int
    stop: int
    value: Decimal
    unit: str
    kind: Kind
    high: Decimal | None = None
    written: str | None = None
    han: bool = False
    repaired: bool = False
    vague: bool = False


def quantities(text: str) -> list[Quantity]:
    """All numbers with a measure, in text order; also a bare number that an enumeration goes on after."""
    found = (_quantity(m) for m in _QUANTITY.finditer(text))
    return [q for q in found if q is not None]


def measure_kind(unit: str) -> Kind:
    """The kind of a measure as written (万亩, 毫克/升, 亿尾)."""
    base = unit.split("/")[0]
    for word in (base, base.lstrip("百千万亿十")):
        if word in _KIND_OF:
            return _KIND_OF[word]
    return Kind.SIZE if "吨" in base else Kind.COUNT


def dimension(unit: str) -> str:
    """The measure without its scale: 亩 of 万亩."""
    return unit.lstrip("百千万亿十") or unit


def han_number(text: str) -> Decimal | None:
    """一千二百 → 1200; None when the characters make no number (二三)."""
    whole, below, digit = 0, 0, None
    for c in text:
        if c in _HAN_DIGIT:
            if digit:
                return None
            digit = _HAN_DIGIT[c]
        elif c in _HAN_SCALE:
            below += (1 if digit is None else digit) * _HAN_SCALE[c]
            digit = None
        else:
            whole = (whole + below + (digit or 0)) * (10_000 if c == "万" else 100_000_000)
            below, digit = 0, None
    return Decimal(whole + below + (digit or 0))


def _number(text: str) -> Decimal | None:
    return Decimal(text.replace(",", "")) if text[0] in "0123456789" else han_number(text)


def _quantity(m: re.Match[str]) -> Quantity | None:
    low, high, unit, repaired = _reading(m)
    if low is None:
        return None
    plain = m["number"] is not None and m["stray"] is None
    return Quantity(
        start=m.start(),
        stop=m.end(),
        value=low,
        unit=unit,
        kind=measure_kind(unit) if unit else Kind.BARE,
        high=high,
        written=None if plain else m[0],
        han=m["han"] is not None,
        repaired=repaired,
        vague=bool(m["more1"] or m["more2"]),
    )


def _reading(m: re.Match[str]) -> tuple[Decimal | None, Decimal | None, str, bool]:
    """Value, upper end of a range, measure, and whether scanning damage was mended."""
    if damaged := m["scan"] or m["worn"]:
        return Decimal(damaged), None, "%", True
    if m["blurred"]:
        return Decimal(m["blurred"].translate(_BLURS)), None, m["unit0"], True
    if m["double"]:
        return Decimal(_DOUBLES[m["double"]]), None, "%", False
    if m["part"]:
        return _number(m["share"]), None, "%" if m["part"] == "百分之" else "‰", False
    if m["low"]:
        return _number(m["low"]), _number(m["high"]), m["unit1"], False
    if m["number"]:
        return _number(m["number"]), None, m["unit2"] or "", m["stray"] is not None
    value = han_number(m["han"])
    if m["han_low"]:
        return han_number(m["han_low"]), value, m["unit3"], False
    return value, None, m["unit3"], False
