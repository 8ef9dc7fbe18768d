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
    package: str  # what to install when it is absent; "" for the fonts that come with the program


STAND_INS = {
    Face.TITLE: StandIn("Noto Serif CJK SC", 700, "NotoSerifCJK-Bold.ttc", "思源宋体粗体", "fonts-noto-cjk"),
    Face.FANGSONG: StandIn("FandolFang R", 400, "FandolFang-Regular.otf", "Fandol 仿宋", ""),
    Face.KAITI: StandIn("FandolKai", 400, "FandolKai-Regular.otf", "Fandol 楷体", ""),
    Face.HEITI: StandIn("Noto Sans CJK SC", 400, "NotoSansCJK-Regular.ttc", "思源黑体", "fonts-noto-cjk"),
    Face.SONG: StandIn("Noto Serif CJK SC", 400, "NotoSerifCJK-Regular.ttc", "思源宋体", "fonts-noto-cjk"),
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
    """The font found for a face; ``path`` is None when not even the stand-in is installed."""

    face: Face
    family: str
    weight: int
    path: Path | None
    index: int  # inside a collection file
    is_own: bool

    @property
    def css(self) -> str:
        """The font, then those that are asked for rare characters."""
        families = dict.fromkeys((self.family, *RARE))
        return f"font-family: {', '.join(families)}; font-weight: {self.weight}"

    @property
    def announcement(self) -> str:
        """What a page tells about a stand-in; "" when the office's own font prints."""
        if self.is_own:
            return ""
        stand_in = STAND_INS[self.face]
        if self.path is None:
            missing = f"没有找到“{self.face.label}”字体"
            return f"{missing}，请安装 {stand_in.package}，或者把本单位的字体放入字体目录。"
        return f"“{self.face.label}”由{stand_in.label}代替；把本单位的字体放入字体目录后即改用该字体。"


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
    family, weight, file, _, _ = STAND_INS[face]
    for folder in (VENDORED, *SYSTEM):
        for path in sorted(folder.rglob(file)):
            for name, (_, index) in _names_in(path):
                if name == family:
                    return Font(face, family, weight, path, index, is_own=False)
    return Font(face, family, weight, None, 0, is_own=False)


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
