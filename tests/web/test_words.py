"""Everything the trail may speak of has a Chinese word."""

import ast
import re
from pathlib import Path

from tracker.db import Base

WORDS = Path("templates/macros/words.html").read_text(encoding="utf-8")
SUBJECTS, FIELDS = (set(re.findall(r'^  "(\w+)":', part, re.M)) for part in WORDS.split("{% set fields"))
NOT_DETAILS = {"reason", "to"}


def calls():
    for path in Path("tracker").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield path, getattr(node.func, "attr", getattr(node.func, "id", "")), node


def test_every_detail_of_an_event_has_a_word():
    kept = {
        (str(path), keyword.arg)
        for path, name, node in calls()
        if name in ("record", "take", "changed")
        for keyword in node.keywords
        if keyword.arg not in {None, *NOT_DETAILS}
    }
    assert {detail for detail in kept if detail[1] not in FIELDS} == set()


def test_every_subject_of_the_trail_is_a_table(app):
    assert Base.metadata.tables.keys() >= SUBJECTS
