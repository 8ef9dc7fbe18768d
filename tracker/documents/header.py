"""The head of a paper: number, title, issuer and date, wherever on its first or last lines they stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.documents import markers, signatures
from tracker.documents.layout import Line, lines
from tracker.documents.names import is_name
from tracker.documents.signatures import Signature
from tracker.text import Folded

Span = tuple[int, int]
_FIRST_ROWS = 40

_NUMBER = re.compile(
    r"(?P<code>[\u4e00-\u9fffA-Za-z·]{0,40}?)(?:字)?[〔（\[【](?:19|20)\d\d[〕）\]】]第?\d{1,5}号?"
)
_NUMBER_LAST = re.compile(rf"（({_NUMBER.pattern})）$")
_RED_HEAD = re.compile(r".*文件")
_OFFICE = re.compile("文件|政府|办公室|办公厅|委员会|领导小组|指挥部|[厅局会]")
_URGENT = re.compile(r"(?:特提|特急|加急|平急|急件)?·?(?:明电|等级)?·?(?=.{2,})")

_PAPERS = (
    "通知|函|意见|决定|方案|要点|计划|清单|一览表|任务表|分解表|分工表|表|目标|通报|报告|办法|规划|纲要|安排|措施|举措|批复|公告|任务|分工"
    "|实事|制度|细则|台账|部署|行动|责任书|分解|要求|项目|工程|纪要|汇总|事项|工作"
)
_TITLE_END = re.compile(rf"(?:{_PAPERS})(?:（[^（）]{{1,20}}）)?$")
_NO_TITLE = re.compile(
    r"^附件?\s*\d*[：:]?$|^附件\d*$|^（.*）$|^目[录次]$|^[特加平]急$|^首页|当前位置|您的位置|繁体|无障碍"
    r"|(?:浏览|阅读|点击|访问)(?:次数|量|数|：)|(?:字号|字体|来源|作者|责任编辑|发布时间|发布日期|分享到?)：?|【?(?:打印|关闭|收藏)(?:本页|窗口|】|$)|扫一扫|纠错"
)
_META = re.compile(
    r"[【\[]?(?P<number>发文字号|发文文号|文件编号|文号|字号|发文号)[】\]]?：?"
    r"|[【\[]?(?P<date>成文日期|发文日期|制发日期|生成日期|成文时间)[】\]]?：?"
    r"|[【\[]?(?P<issuer>发文机关|发布机构|制发机关|发文单位|发布机关|发布单位)[】\]]?：?"
    r"|[【\[]?(?P<title>标题|文件名称|信息名称|名称)(?:[】\]]：?|：)"
    r"|[【\[]?(?P<other>索引号|索引|主题分类|主题词|有效性|效力状态|公开方式|公开形式|公文种类|组配分类|体裁分类|体裁|关键词|信息公开属性"
    r"|发布日期|发布时间|公开日期|公开时间|统一编号|内容概述|时效|文种|载体类型|公开范围|公开时限|信息分类)[】\]]?：?"
)
_META_DATE = re.compile(r"(?P<year>\d{4})[年\-/.](?P<month>\d{1,2})[月\-/.](?P<day>\d{1,2})日?")
_RANGE = re.compile(r"(?:19|20)\d\d年?[-~至一—―](?:19|20)?\d\d年?")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:年|(?=[\u4e00-\u9fff]))(?!第?[一二三四]季度)")
_SHORT = re.compile(
    "[省市州盟县区旗](?:委|政府|人民政府)"
)  # 省政府办公厅 signs for one the title names in full
_PROXY = re.compile(r"[（(][^（()）]{0,2}章[)）]")  # sealed by another office
_BY = re.compile(r"(?P<issuer>[^《》，。：]{2,60}?[^市县区省州镇乡年])关于")


@dataclass(frozen=True)
class Header:
    """What a paper says about itself. Spans are of the normal form; ``body`` is where its text begins."""

    doc_number: str | None = None
    title: str = ""
    issuers: tuple[str, ...] = ()
    issued_on: date | None = None
    date_text: str | None = None
    print_date: date | None = None
    plan_year: int | None = None
    number_span: Span | None = None
    title_span: Span | None = None
    date_span: Span | None = None
    signatures: tuple[Signature, ...] = ()
    body: int = 0

    @property
    def issuer(self) -> str | None:
        return self.issuers[0] if self.issuers else None


def read(folded: Folded) -> Header:
    """The head of a paper brought into lines; what it does not say stays empty."""
    text = folded.norm
    rows = lines(text)
    signed = signatures.find(text, rows)
    meta, rest = _meta(text, _head(text, rows))
    number = _number(text, rest) or meta.get("number")
    title = _title(text, rest) or ([meta["title"]] if "title" in meta else [])
    name = _words(folded, title)
    signature = _signature(signed)
    dated = signature.dated if signature else meta.get("date")
    return Header(
        doc_number=folded.original(number.start, number.stop) if number else None,
        title=name,
        issuers=_issuers(folded, signature, title, rest, meta),
        issued_on=signature.day if signature else _meta_day(text, meta),
        date_text=folded.original(dated.start, dated.stop) if dated else None,
        print_date=next((s.day for s in signed if s.printed), None),
        plan_year=year_in(text[title[0].start : title[-1].stop]) if title else None,
        number_span=(number.start, number.stop) if number else None,
        title_span=(title[0].start, title[-1].stop) if title else None,
        date_span=(dated.start, dated.stop) if dated else None,
        signatures=tuple(signed),
        body=max([row.stop for row in title] + ([number.stop] if number else []), default=0),
    )


def year_in(title: str) -> int | None:
    """The one year a title plans for; none in 2021-2023年."""
    found = _YEAR.search(_RANGE.sub("", title))
    return int(found[1]) if found else None


def is_title(words: str) -> bool:
    """Whether a line reads like the title of a paper or an annex."""
    return (
        5 <= len(words) <= 90
        and not re.search("[。；！]|，.*，", words)
        and not words.endswith("：")
        and bool(_TITLE_END.search(words))
        and not _NO_TITLE.match(words)
    )


def _head(text: str, rows: Sequence[Line]) -> list[Line]:
    """The rows before the first sentence, point, table or addressee."""
    head: list[Line] = []
    for row in rows[:_FIRST_ROWS]:
        words = text[row.start : row.stop]
        marker = markers.at(text, row.start)
        if "\t" in words or (marker and marker.rank <= 3 and marker.value == 1 and not _is_date(words)):
            break
        if not _META.match(words) and (words.endswith("：") or ("。" in words and len(words) > 15)):
            break
        head.append(row)
    return head


def _is_date(words: str) -> bool:
    return bool(signatures.DATE.match(words))


def _meta(text: str, head: Sequence[Line]) -> tuple[dict[str, Line], list[Line]]:
    """The fields of a metadata table before the paper, and the rows that do not belong to it."""
    meta: dict[str, Line] = {}
    rest: list[Line] = []
    waiting = ""  # the label whose value stands on the next row
    for row in head:
        labels = list(_META.finditer(text, row.start, row.stop))
        if not labels or labels[0].start() != row.start:
            if waiting:
                meta.setdefault(waiting, row)
            else:
                rest.append(row)
            waiting = ""
            continue
        ends = [label.start() for label in labels[1:]] + [row.stop]
        for label, end in zip(labels, ends, strict=True):
            if label.end() < end:
                meta.setdefault(label.lastgroup or "", Line(label.end(), end))
        bare = labels[-1].end() == row.stop and len(labels) == 1
        waiting = labels[-1].lastgroup or "" if bare else ""
    if "number" in meta and not _NUMBER.search(text, meta["number"].start, meta["number"].stop):
        del meta["number"]
    return meta, rest


def _number(text: str, rows: Sequence[Line]) -> Line | None:
    for row in rows:
        words = text[row.start : row.stop]
        if found := _NUMBER.fullmatch(words):
            return Line(row.start + _code_start(found["code"]), row.stop)
        if found := _NUMBER_LAST.search(words):
            return Line(row.start + found.start(1), row.start + found.end(1))
    return None


def _code_start(code: str) -> int:
    """Where the letters of the number begin behind a red head or a mark of urgency."""
    urgent = _URGENT.match(code)
    start = urgent.end() if urgent else 0
    offices = [office for office in _OFFICE.finditer(code, start) if len(code) - office.end() >= 2]
    if offices and (len(code) > 7 or "文件" in code):
        return offices[-1].end()
    return start


def _title(text: str, rows: Sequence[Line]) -> list[Line]:
    """The rows of the title: the first that names a matter (关于…), else the first that ends like a paper."""
    likely: list[list[Line]] = []
    for index, row in enumerate(rows):
        words = text[row.start : row.stop]
        if (
            _NO_TITLE.search(words)
            or _RED_HEAD.fullmatch(words)
            or _NUMBER.fullmatch(words)
            or _is_date(words)
        ):
            continue
        joined = _joined(text, rows, index)
        if joined:
            likely.append(joined)
    for found in likely:
        if "关于" in text[found[0].start : found[-1].stop]:
            return found
    if likely:
        return likely[0]
    return next(
        (
            [row]
            for row in rows
            if row.stop - row.start >= 6
            and not _NO_TITLE.search(text, row.start, row.stop)
            and not _NUMBER.fullmatch(text, row.start, row.stop)
            and not _RED_HEAD.fullmatch(text, row.start, row.stop)
        ),
        [],
    )


def _joined(text: str, rows: Sequence[Line], index: int) -> list[Line]:
    """The title that begins at a row, with the rows it goes on over; empty when none begins there."""
    taken = [rows[index]]
    words = text[rows[index].start : rows[index].stop]
    office = is_name(words) and "关于" not in words
    if office and not (index + 1 < len(rows) and text.startswith("关于", rows[index + 1].start)):
        return taken if is_title(words) and not is_name(words) else []
    for row in rows[index + 1 : index + 5]:
        if is_title(words) and ("关于" not in words or words.count("《") == words.count("》")):
            return taken
        if not ("关于" in words or office or "《" in words or row.stop - row.start <= 12):
            break
        taken.append(row)
        words += text[row.start : row.stop]
    return taken if is_title(words) else []


def _words(folded: Folded, rows: Sequence[Line]) -> str:
    """The original words of some rows as one, without the blanks that only space them out."""
    return "".join(re.sub(r"\s{2,}|\n", "", folded.original(row.start, row.stop)) for row in rows)


def _signature(signed: Sequence[Signature]) -> Signature | None:
    """The signature that counts: the first with a signer, else the last day that stands alone."""
    own = [s for s in signed if not s.printed]
    return next((s for s in own if s.signers), own[-1] if own else None)


def _issuers(
    folded: Folded,
    signature: Signature | None,
    title: Sequence[Line],
    rows: Sequence[Line],
    meta: dict[str, Line],
) -> tuple[str, ...]:
    """Who issued it: the signers, else whom the title names, the red head, or the metadata."""
    text = folded.norm
    by = _BY.match(text, title[0].start) if title else None
    signers = signature.signers if signature else ()
    if signers and not (by and _SHORT.match(text, signers[0].start)):
        names = " ".join(folded.original(row.start, row.stop) for row in signers)
        return tuple(_PROXY.sub("", names).split())
    if by:
        return tuple(folded.original(by.start("issuer"), by.end("issuer")).split())
    for row in rows:
        words = text[row.start : row.stop]
        if words.endswith("文件") and is_name(words[:-2]):
            return (folded.original(row.start, row.stop - 2),)
    if "issuer" in meta:
        return (folded.original(meta["issuer"].start, meta["issuer"].stop),)
    return ()


def _meta_day(text: str, meta: dict[str, Line]) -> date | None:
    if "date" not in meta:
        return None
    found = _META_DATE.match(text, meta["date"].start)
    return signatures.day_of(found) if found else None
