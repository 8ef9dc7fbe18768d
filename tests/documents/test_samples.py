"""The annotated documents agree with their own texts."""

import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "samples"
SAMPLES = sorted(FOLDER.glob("*.json"))


def bare(text):
    return re.sub(r"\s+", "", text)


@pytest.fixture(params=SAMPLES, ids=lambda path: path.stem)
def sample(request):
    """(annotation, its text without white space)."""
    gold = json.loads(request.param.read_text(encoding="utf-8"))
    text = request.param.parent / gold.get("file", f"{request.param.stem}.txt")
    return gold, bare(text.read_text(encoding="utf-8"))


def test_every_title_measure_and_deadline_stands_in_the_text_in_order(sample):
    gold, text = sample
    place = 0
    for point in gold["points"]:
        place = text.index(bare(point["title"]), place)
        at = place
        for measure in point["measures"]:
            at = text.index(bare(measure["text_starts"]), at)
            for spoken in measure.get("deadlines", [measure]):
                assert bare(spoken["deadline_text"]) in text[place:]


def test_every_unit_and_head_field_stands_in_the_text(sample):
    gold, text = sample
    named = [gold[key] for key in ("doc_number", "title", "issuer", "date_text") if gold[key]]
    for thing in [*gold["points"], *(measure for point in gold["points"] for measure in point["measures"])]:
        named += thing.get("responsible_units", [])
        assert set(thing.get("lead_units", [])) <= set(thing.get("responsible_units", []))

    assert [name for name in named if bare(name) not in text] == []
