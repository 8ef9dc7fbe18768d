"""Makes the small fonts of this folder out of Debian's ``fonts-noto-cjk``; README.md says why.

``python tracker/press/fonts/prune.py`` writes them beside itself; the same input gives the same bytes.
"""

from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

NOTO = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED = 2  # the place of 简体中文 in each collection
FONTS = (  # collection, family, style
    ("NotoSerifCJK-Bold.ttc", "Tracker Song", "Bold"),
    ("NotoSerifCJK-Regular.ttc", "Tracker Song", "Regular"),
    ("NotoSansCJK-Regular.ttc", "Tracker Hei", "Regular"),
)


def characters() -> set[int]:
    """ASCII and the characters of GB 2312, as GBK maps them; the rest comes from the whole font."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return {*range(0x20, 0x7F), *(ord(one) for pair in pairs for one in pair.decode("gbk", "ignore"))}


def prune(collection: str, family: str, style: str) -> None:
    font = TTCollection(NOTO / collection, lazy=True).fonts[SIMPLIFIED]
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = True
    options.notdef_outline = True
    options.name_IDs = [0, 2, 5, 13, 14]
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx"]
    pruner = subset.Subsetter(options)
    pruner.populate(unicodes=characters())
    pruner.subset(font)
    own = f"{family} {style}".removesuffix(" Regular")
    script = own.replace(" ", "")
    for number, name in ((1, family), (2, style), (3, f"{own} 1.0"), (4, own), (6, script)):
        font["name"].setName(name, number, 3, 1, 0x409)
    font["CFF "].cff.fontNames[0] = script
    font.recalcTimestamp = False
    font.save(Path(__file__).with_name(f"{family.replace(' ', '')}-{style}.otf"))


if __name__ == "__main__":
    for one in FONTS:
        prune(*one)
