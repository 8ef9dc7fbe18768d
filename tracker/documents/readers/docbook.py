"""DocBook as antiword writes it of a .doc file."""

from lxml import etree

from tracker.documents.readers.rows import Cell, lines

_OWN_LINES = {"para", "title"}
_LEFT_OUT = {"bookinfo", "footnote"}


def read(data: bytes) -> tuple[str, list[str]]:
    """The paragraphs and table rows, one a line; list items with the Arabic number antiword counts by."""
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    return "\n".join(_blocks(etree.fromstring(data, parser))), []


def _blocks(element: etree._Element) -> list[str]:
    found: list[str] = []
    for number, child in enumerate(element, start=1):
        if child.tag in _OWN_LINES:
            found += _paragraph(child)
        elif child.tag == "informaltable":
            found += lines(
                [Cell(_paragraph(cell)) for cell in row.iter("entry")] for row in child.iter("row")
            )
        elif child.tag not in _LEFT_OUT:
            inner = _blocks(child)
            if element.tag == "orderedlist" and inner:
                inner[0] = f"{number}.{inner[0]}"
            found += inner
    return found


def _paragraph(element: etree._Element) -> list[str]:
    """The lines of a paragraph, then those of the tables antiword puts inside it."""
    text = "".join(_inline(element))
    return [*filter(None, (line.strip() for line in text.split("\n"))), *_blocks(element)]


def _inline(element: etree._Element) -> list[str]:
    pieces = [element.text or ""]
    for child in element:
        if child.tag != "informaltable" and child.tag not in _LEFT_OUT:
            pieces += _inline(child)
        pieces.append(child.tail or "")
    return pieces
