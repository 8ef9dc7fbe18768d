"""A slip (督办单) on paper: a red head, the facts, what is demanded, and a reply slip (回执) overleaf."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.press import paper, typeset
from tracker.press.fonts import Face, fonts
from tracker.reminders.slips.rules import Colour

HEAD = "督办单"
SHORTEST = 10  # characters of a fact that has room beside another
INKS = {Colour.BLUE: "#1f4e9e", Colour.YELLOW: "#c98a00", Colour.RED: "#c00000"}  # of the colour's mark


@dataclass(frozen=True)
class Sheet:
    """Everything the paper says."""

    colour: Colour
    number: str
    unit: str
    addressee: str
    task: str
    duty: str
    facts: tuple[tuple[str, str], ...]
    demand: str
    due_on: date
    issuer: str
    issued_on: date
    fonts_dir: Path | None = None


def render(sheet: Sheet) -> bytes:
    """The PDF; the same slip gives the same bytes. The first of a process loads WeasyPrint and fonts."""
    from tracker.press import printing  # brings WeasyPrint: only the process that prints pays for it

    return printing.pdf(html(sheet), sheet.fonts_dir)


def html(sheet: Sheet) -> str:
    """The page that is printed."""
    faces = fonts(sheet.fonts_dir)
    return (
        typeset.environment()
        .get_template("reminders/slips/paper.html")
        .render(
            sheet=sheet,
            head=HEAD,
            rows=_rows([("职责", sheet.duty), *sheet.facts]),
            ink=INKS[sheet.colour],
            due=paper.chinese_date(sheet.due_on),
            issued=paper.chinese_date(sheet.issued_on),
            page_number=typeset.page_number(faces[Face.SONG]),
            paper=paper,
            faces=faces,
        )
    )


def _rows(facts: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """The lines of the table: short facts two by two, then each long one on a line of its own."""
    short = [fact for fact in facts if len(fact[1]) <= SHORTEST]
    return [short[at : at + 2] for at in range(0, len(short), 2)] + [
        [fact] for fact in facts if fact not in short
    ]
