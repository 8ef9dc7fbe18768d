"""Word documents (.docx): what a reader of the final version sees, without footnotes and comments."""

from lxml import etree

from tracker.documents.readers.archive import Archive
from tracker.documents.readers.kinds import DAMAGED, Unreadable
from tracker.documents.readers.numbering import Numbers, W
from tracker.documents.readers.rows import Cell, lines

_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

# Elements whose text is not part of the paper: taken out by a tracked change, moved elsewhere, or read over a
# character (pinyin).
_LEFT_OUT = {f"{W}{tag}" for tag in ("del", "moveFrom", "rt", "pPr", "rPr", "instrText", "delText", "sectPr")}
_LETTERS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_PICTURES = {f"{W}{tag}" for tag in ("drawing", "pict", "object")}
_CHANGES = tuple(f"{W}{tag}" for tag in ("ins", "del", "moveFrom", "moveTo"))
_IMAGES = (
    "{http://schemas.openxmlformats.org/drawingml/2006/main}blip",
    "{urn:schemas-microsoft-com:vml}imagedata",  # the older form, often beside the newer one
)
_TABLE_BY_TABS = 3  # filled pieces between tabs that make a paragraph a table row


def read(data: bytes) -> tuple[str, list[str]]:
    """The paragraphs, table rows and text boxes of a .docx file, one a line."""
    archive = Archive(data)
    name = archive.related("", "officeDocument") or "word/document.xml"
    document = archive.xml(name)
    body = None if document is None else document.find(f"{W}body")
    if body is None:
        raise Unreadable(DAMAGED)
    numbering, styles = (
        archive.xml(part) if (part := archive.related(name, kind)) else None
        for kind in ("numbering", "styles")
    )
    walk = _Walk(numbering, styles)
    return "\n".join([*walk.blocks(body), walk.carried]), _notes(body)


def _notes(body: etree._Element) -> list[str]:
    """What a person should know of the file: tracked changes, and pictures whose words are not read."""
    notes = []
    if next(body.iter(*_CHANGES), None) is not None:
        notes.append("文件带有修订标记，已按接受全部修订后的文字读取，请确认是定稿。")
    if images := max(sum(1 for _ in body.iter(form)) for form in _IMAGES):
        notes.append(f"文件里有 {images} 张图片，图中的文字没有读出，请对照原文补充。")
    return notes


class _Walk:
    """One pass through a document in its order, on which the automatic numbers depend."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._numbers = Numbers(numbering, styles)
        self._contents = {  # the styles of a table of contents, which says every heading twice
            style.get(f"{W}styleId")
            for style in (() if styles is None else styles.iterfind(f"{W}style"))
            if (name := style.find(f"{W}name")) is not None
            and name.get(f"{W}val", "").lower().startswith("toc")
        }
        self._boxes: list[str] = []
        self.carried = ""

    def blocks(self, container: etree._Element, *, in_cell: bool = False) -> list[str]:
        """The lines of a body, cell or text box. A number without text is only kept in a cell."""
        found: list[str] = []
        for child in container:
            if child.tag == f"{W}p":
                found += self._paragraph(child, in_cell=in_cell)
            elif child.tag == f"{W}tbl":
                found += self._table(child)
            elif child.tag not in _LEFT_OUT and not _is_contents(child):
                found += self.blocks(child, in_cell=in_cell)
        return found

    def _paragraph(self, paragraph: etree._Element, *, in_cell: bool) -> list[str]:
        boxes, self._boxes = self._boxes, []
        text = self.carried + self._inline(paragraph)
        above, self._boxes = self._boxes, boxes
        self.carried = ""
        properties = paragraph.find(f"{W}pPr")
        style = None if properties is None else properties.find(f"{W}pStyle")
        if style is not None and style.get(f"{W}val") in self._contents:
            return above
        mark = None if properties is None else properties.find(f"{W}rPr")
        if mark is not None and (mark.find(f"{W}del") is not None or mark.find(f"{W}moveFrom") is not None):
            self.carried = text  # the end of this paragraph was deleted: it runs on into the next
            return above
        label = self._numbers.label(paragraph)
        if not text.strip():
            return [*above, label.strip()] if in_cell and label else [*above, ""]
        return [*above, *map(_spaced, (label + text.lstrip()).split("\n"))]

    def _inline(self, element: etree._Element) -> str:
        """The text of a run, hyperlink, field or insertion; text boxes in it are put aside as lines."""
        text = ""
        for child in element:
            if child.tag in (f"{W}t", f"{_MATHS}t"):
                text += child.text or ""
            elif child.tag in _LETTERS:
                text += _LETTERS[child.tag]
            elif child.tag == f"{W}r" and _is_hidden(child):
                continue
            elif child.tag == f"{_CHOICE}AlternateContent":
                text += self._alternative(child)
            elif child.tag in _PICTURES:
                self._pictured(child)
            elif child.tag not in _LEFT_OUT:
                text += self._inline(child)
        return text

    def _alternative(self, element: etree._Element) -> str:
        """The first of several forms of the same thing that has any text."""
        for form in element:
            before = len(self._boxes)
            if (text := self._inline(form)) or len(self._boxes) > before:
                return text
        return ""

    def _pictured(self, element: etree._Element) -> None:
        for child in element:
            if child.tag == f"{W}txbxContent":
                self._boxes += self.blocks(child)
            else:
                self._pictured(child)

    def _table(self, table: etree._Element) -> list[str]:
        rows: list[list[Cell]] = []
        owners: dict[int, Cell] = {}  # column -> the cell that a vertical merge continues
        for row in table.iter(f"{W}tr"):
            if _table_of(row) is not table or row.find(f"{W}trPr/{W}del") is not None:
                continue
            rows.append([])
            column = _count(row, "trPr", "gridBefore", 0)
            if column:
                rows[-1].append(Cell(columns=column))
            for cell in row.iter(f"{W}tc"):
                if _table_of(cell) is not table:
                    continue
                columns = _count(cell, "tcPr", "gridSpan", 1)
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                if merge is not None and merge.get(f"{W}val") != "restart" and column in owners:
                    owners[column].rows += 1
                else:
                    rows[-1].append(Cell(self.blocks(cell, in_cell=True), columns))
                    owners.pop(column, None)
                    if merge is not None:
                        owners[column] = rows[-1][-1]
                column += columns
        return lines(rows)


def _spaced(line: str) -> str:
    """Tabs that only push text about as blanks; those of a table typed without a table as they are."""
    pieces = [piece.strip() for piece in line.split("\t")]
    return ("\t" if sum(map(bool, pieces)) >= _TABLE_BY_TABS else " ").join(pieces).strip()


def _is_hidden(run: etree._Element) -> bool:
    hidden = run.find(f"{W}rPr/{W}vanish")
    return hidden is not None and hidden.get(f"{W}val") not in ("0", "false")


def _is_contents(element: etree._Element) -> bool:
    gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == "Table of Contents"


def _table_of(element: etree._Element) -> etree._Element:
    return next(element.iterancestors(f"{W}tbl"))


def _count(element: etree._Element, properties: str, name: str, otherwise: int) -> int:
    found = element.find(f"{W}{properties}/{W}{name}")
    value = "" if found is None else found.get(f"{W}val", "")
    return int(value) if value.isdecimal() else otherwise
