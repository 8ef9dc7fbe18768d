"""Which font prints which face: stand-ins are announced, the office's own wins."""

from dataclasses import replace
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from tests.circulars.june import JUNE, PAPER
from tests.circulars.sheet import Sheets
from tracker.circulars import pdf
from tracker.circulars.compose import compose
from tracker.press.fonts import VENDORED, Face, announcements, fonts


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a font that bears the name of the office's 仿宋, and a file that is no font."""
    folder = tmp_path_factory.mktemp("fonts")
    with TTFont(VENDORED / "FandolKai-Regular.otf", lazy=True) as font:
        names = font["name"]
        names.names = [record for record in names.names if record.nameID not in (1, 4, 16)]
        for language, name in ((0x409, "FangSong_GB2312"), (0x804, "仿宋_GB2312")):
            names.setName(name, 1, 3, 1, language)
        font.save(folder / "simfang.otf")
    (folder / "readme.ttf").write_text("字体", encoding="utf-8")
    return folder


def test_every_face_has_a_stand_in_that_comes_with_the_program():
    for font in fonts(None).values():
        assert font.path.parent == VENDORED
        with TTFont(font.path, lazy=True) as opened:
            assert opened["name"].getDebugName(1) == font.family
            assert {"通", "报", "—", "0"} <= set(map(chr, opened.getBestCmap()))
    assert "“仿宋”由Fandol 仿宋代替；把本单位的字体放入字体目录后即改用该字体。" in announcements(None)


def test_the_own_font_wins_and_is_not_announced(office):
    own = fonts(office)

    assert own[Face.FANGSONG].path == office / "simfang.otf"
    assert own[Face.KAITI].family == "FandolKai"
    assert len(announcements(office)) == len(Face) - 1
    assert not any("“仿宋”" in line for line in announcements(office))


def test_the_own_font_prints(office):
    sheets = Sheets(pdf.render(compose(JUNE), JUNE, replace(PAPER, fonts_dir=office)))

    assert sheets.line(1, "按照").font == "FangSong_GB2312"


def test_a_folder_that_does_not_exist_changes_nothing(tmp_path):
    assert fonts(tmp_path / "none") == fonts(None)
