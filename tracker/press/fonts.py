"""Which font prints which face of the standard: the office's own where it has one, else a free stand-in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tracker.words import Word

VENDORED = Path(__file__).parent / "fonts"
SYSTEM = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
# Asked in this order for characters a face lacks: the first is as light as 仿宋.
RARE = ("LXGW WenKai Light", "LXGW WenKai", "Noto Serif CJK SC")
FAMILY_NAMES = (1, 4, 16)  # name records: family, full name, typographic family


class Face(Word):
    """A face the standard asks for."""

    TITLE = "title", "小标宋"
    FANGSONG = "fangsong", "仿宋"
    KAITI = "kaiti", "楷体"
    HEITI = "heiti", "黑体"
    SONG = "song", "宋体"


class StandIn(NamedTuple):
    """The free font for a face."""

    family: str
    weight: int
    file: str
    label: str
    whole: tuple[str, ...] = ()  # the font it was pruned from, asked for what it lacks


STAND_INS = {
    Face.TITLE: StandIn("Tracker Song", 700, "TrackerSong-Bold.otf", "思源宋体粗体", ("Noto Serif CJK SC",)),
    Face.FANGSONG: StandIn("FandolFang R", 400, "FandolFang-Regular.otf", "Fandol 仿宋"),
    Face.KAITI: StandIn("FandolKai", 400, "FandolKai-Regular.otf", "Fandol 楷体"),
    Face.HEITI: StandIn("Tracker Hei", 400, "TrackerHei-Regular.otf", "思源黑体", ("Noto Sans CJK SC",)),
    Face.SONG: StandIn("Tracker Song", 400, "TrackerSong-Regular.otf", "思源宋体", ("Noto Serif CJK SC",)),
}

# The names under which the offices' own fonts go, best first.
OWN = {
    Face.TITLE: (
        "方正小标宋简体",
        "方正小标宋_GBK",
        "方正公文小标宋",
        "FZXiaoBiaoSong-B05S",
        "FZXiaoBiaoSong-B05",
        "华文中宋",
        "STZhongsong",
    ),
    Face.FANGSONG: ("仿宋_GB2312", "FangSong_GB2312", "方正仿宋_GB2312", "方正仿宋_GBK", "仿宋", "FangSong"),
    Face.KAITI: ("楷体_GB2312", "KaiTi_GB2312", "方正楷体_GB2312", "方正楷体_GBK", "楷体", "KaiTi"),
    Face.HEITI: ("黑体", "SimHei", "方正黑体_GBK", "方正黑体简体"),
    Face.SONG: ("宋体", "SimSun", "方正书宋_GBK"),
}


@dataclass(frozen=True)
class Font:
    """The font found for a face."""

    face: Face
    family: str
    weight: int
    path: Path
    index: int  # inside a collection file
    is_own: bool

    @property
    def css(self) -> str:
        """The font, then those that are asked for rare characters."""
        whole = () if self.is_own else STAND_INS[self.face].whole
        families = dict.fromkeys((self.family, *whole, *RARE))
        return f"font-family: {', '.join(families)}; font-weight: {self.weight}"

    @property
    def announcement(self) -> str:
        """What a page tells about a stand-in; "" when the office's own font prints."""
        if self.is_own:
            return ""
        label = STAND_INS[self.face].label
        return f"“{self.face.label}”由{label}代替；把本单位的字体放入字体目录后即改用该字体。"


@cache
def fonts(folder: Path | None) -> dict[Face, Font]:
    """The font of every face. ``folder`` holds the office's own; it is read once a process."""
    own = dict(_names(folder)) if folder and folder.is_dir() else {}
    return {face: _own(face, own) or _stand_in(face) for face in Face}


def announcements(folder: Path | None) -> list[str]:
    """Every stand-in in words, for the page where a circular is made; none when every font is own."""
    return [font.announcement for font in fonts(folder).values() if font.announcement]


def _own(face: Face, own: dict[str, tuple[Path, int]]) -> Font | None:
    for name in OWN[face]:
        if name in own:
            path, index = own[name]
            return Font(face, name, 400, path, index, is_own=True)
    return None


def _stand_in(face: Face) -> Font:
    stand_in = STAND_INS[face]
    return Font(face, stand_in.family, stand_in.weight, VENDORED / stand_in.file, 0, is_own=False)


def _names(folder: Path) -> Iterator[tuple[str, tuple[Path, int]]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in (".ttf", ".otf", ".ttc", ".otc"):
            yield from _names_in(path)


def _names_in(path: Path) -> Iterable[tuple[str, tuple[Path, int]]]:
    """Each name of each font of a file; nothing for a file that is no font."""
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    opener = TTCollection if path.suffix.lower() in (".ttc", ".otc") else TTFont
    try:
        with path.open("rb") as file, opener(file, lazy=True) as opened:
            return [
                (record.toUnicode(errors="replace"), (path, index))
                for index, font in enumerate(getattr(opened, "fonts", [opened]))
                for record in font["name"].names
                if record.nameID in FAMILY_NAMES
            ]
    except (TTLibError, OSError):
        return []
