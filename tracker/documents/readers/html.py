"""Web pages: the paper printed on them, without scripts, menus and the frame of the site."""

import re
from contextlib import suppress
from dataclasses import dataclass

from lxml import etree

from tracker.documents.readers.kinds import TOO_COMPLEX, Unreadable
from tracker.documents.readers.plain import BOMS, TOLERATED_LOSS, decode, loss
from tracker.documents.readers.rows import Cell, lines

_DECLARED = re.compile(rb"<meta\b[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.I)
_CHINESE = {"gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936"}  # all of them parts of GB18030

_LEFT_OUT = {
    *(
        "head",
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "svg",
        "canvas",
        "audio",
        "video",
    ),
    *("button", "select", "textarea", "dialog", "rt", "rp"),
}
_BLOCKS = {
    *("address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt"),
    *(
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
    ),
    *("html", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td"),
    *("tfoot", "th", "thead", "tr", "ul", "aside", "br"),
}
_FRAME_TAGS = {"nav", "header", "footer", "aside"}
_FRAME_NAME = re.compile(  # a class or id of what stands around the paper
    r"(?:^|[\s_-])(?:nav|menu|crumbs?|breadcrumbs?|sidebar|foot|footer|header|share|toolbar|copyright|pager|"
    r"pagination|related|qrcode|comments?|search)(?:$|[\s_-])",
    re.I,
)
FRAME_SHARE = 0.3  # a "frame" with more of the page's letters than this holds the paper itself
MENU_LINKS = 4
MENU_SHARE = 0.7  # of its letters are links
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SITE = re.compile(
    r"浏览次数|阅读次数|点击数|字[号体][:：]?\s*[\[【（(]?\s*大|分享到|打印本页|关闭窗口|我要纠错|版权所有|网站标识码|"
    r"ICP备|公网安备|网站地图|当前(?:所在)?位置|^[上下]一[篇条][:：]|扫一扫在|设为首页|加入收藏"
)
SITE_LINE = 80  # characters; a longer line that holds such a word is the paper's
_MARKER = re.compile(r"\s*[（(]?[一二三四五六七八九十\d]+[)）、.．]")
_INTEGER = re.compile(r"\d{1,4}")


def read(data: bytes) -> tuple[str, list[str]]:
    """The paragraphs and table rows of a page, one a line."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    root = etree.fromstring(_decode(data).encode("utf-8", "replace"), parser)
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise Unreadable(TOO_COMPLEX)
    found = [] if root is None else _Page(root).lines(root)
    return "\n".join(line for line in found if len(line) > SITE_LINE or not _SITE.search(line)), []


def _decode(data: bytes) -> str:
    """What is UTF-8 is UTF-8 whatever the page says; else as it says if that holds, else as any text."""
    declared = _DECLARED.search(data[:4096])
    if declared and not any(data.startswith(mark) for mark, _ in BOMS):
        name = declared[1].decode().lower()
        for encoding, tolerated in (
            ("utf-8", 0.0),
            ("gb18030" if name in _CHINESE else name, TOLERATED_LOSS),
        ):
            with suppress(LookupError):  # an encoding nobody knows
                text = data.decode(encoding, "replace")
                if loss(text) <= tolerated:
                    return text
    return decode(data)


@dataclass
class _Size:
    """How many letters an element holds, how many of them in links, and how many links."""

    letters: int = 0
    linked: int = 0
    links: int = 0


class _Page:
    """One page, measured once so that what surrounds the paper can be told from the paper."""

    def __init__(self, root: etree._Element) -> None:
        self._sizes: dict[etree._Element, _Size] = {}
        self._total = self._measure(root).letters

    def lines(self, element: etree._Element) -> list[str]:
        """The lines of an element; blanks as a browser shows them."""
        text = "".join(self._pieces(element))
        return [line for line in (line.strip(" \xa0\u3000") for line in text.split("\n")) if line]

    def _measure(self, element: etree._Element) -> _Size:
        size = _Size(_letters(element.text))
        for child in element:
            if child.tag not in _LEFT_OUT:
                inner = self._measure(child)
                size = _Size(
                    size.letters + inner.letters, size.linked + inner.linked, size.links + inner.links
                )
            size.letters += _letters(child.tail)
        if element.tag == "a":
            size = _Size(size.letters, size.letters, 1)
        self._sizes[element] = size
        return size

    def _pieces(self, element: etree._Element, *, as_typed: bool = False) -> list[str]:
        """The text between line ends and tabs that stand for blocks and cells."""
        if element.tag in _LEFT_OUT or self._is_frame(element):
            return []
        if element.tag == "table" and (rows := self._rows(element)):
            return ["\n", "\n".join(lines(rows)), "\n"]
        as_typed = as_typed or element.tag == "pre"
        pieces = [_text(element.text, as_typed)]
        number = _start(element)
        for child in element:
            inner = self._pieces(child, as_typed=as_typed)
            if child.tag == "li" and element.tag == "ol":
                if (text := "".join(inner).lstrip()) and not _MARKER.match(text):
                    inner.insert(1, f"{number}.")
                number += 1
            pieces += [*inner, _text(child.tail, as_typed)]
        return ["\n", *pieces, "\n"] if element.tag in _BLOCKS else pieces

    def _rows(self, table: etree._Element) -> list[list[Cell]]:
        """The rows of a table of facts; none when the table only arranges the page."""
        if table.find(".//table") is not None:
            return []
        rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
        if len(rows) < 2 or max(map(len, rows)) < 2:
            return []
        return [
            [Cell(self.lines(cell), _span(cell, "colspan"), _span(cell, "rowspan")) for cell in row]
            for row in rows
        ]

    def _is_frame(self, element: etree._Element) -> bool:
        """Hidden, a menu, or named as part of the site's frame and too small to hold the paper."""
        if element.get("hidden") is not None or _HIDDEN.search(element.get("style", "")):
            return True
        if element.tag not in _BLOCKS:
            return False
        size = self._sizes[element]
        if size.letters > FRAME_SHARE * self._total:
            return False
        if size.links >= MENU_LINKS and size.linked >= MENU_SHARE * size.letters:
            return True
        name = f"{element.get('class', '')} {element.get('id', '')}"
        in_paper = (
            element.tag == "header" and next(element.iterancestors("article", "main"), None) is not None
        )
        return (element.tag in _FRAME_TAGS and not in_paper) or bool(_FRAME_NAME.search(name))


def _letters(text: str | None) -> int:
    return len("".join(text.split())) if text else 0


def _text(text: str | None, as_typed: bool) -> str:
    """Text between tags: every run of white space is one blank, unless it is shown as typed."""
    if not text:
        return ""
    return text if as_typed else re.sub(r"[ \t\r\n\f]+", " ", text)


def _start(element: etree._Element) -> int:
    start = element.get("start", "")
    return int(start) if _INTEGER.fullmatch(start) else 1


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name, "")
    return max(1, int(value)) if _INTEGER.fullmatch(value) else 1
