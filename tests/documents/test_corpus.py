"""How well documents are read: against annotated ones, and whether damaged ones are read at all."""

import importlib.util
import json
import os
import random
import time
from pathlib import Path

import pytest

from tracker.documents.parse import parse

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
SAMPLES = Path(__file__).parent / "samples"
MUTATIONS = int(os.environ.get("TRACKER_TEST_MUTATIONS", "10000"))
SLOWEST = 2.0  # seconds of work for one damaged document

PIECES = [
    *("（", "）", "(", "《", "》", "“", "。", "；", "，", "、", "：", ".", "-", "\t", "\n", "\r\n", "\u200b"),
    *(
        "一、",
        "（一）",
        "1.",
        "（1）",
        "①",
        "第一条",
        "附件",
        "牵头",
        "配合",
        "等",
        "会同",
        "列第一位者为牵头单位",
    ),
    *(
        "责任单位：",
        "（责任单位：",
        "完成时限：",
        "整改措施：",
        "序号\t责任单位\t完成时限\n",
        "发(fā)布",
        "發",
    ),
    *(
        "2021年",
        "2021年13月45日",
        "6月底前",
        "99999999999",
        "0.",
        "1000/.",
        "以下各项任务均需",
        "云溪市水利局",
    ),
]


def score(folder):
    """F1 of each kind of fact over the annotated documents of a folder."""
    spec = importlib.util.spec_from_file_location("score", CORPUS / "score.py")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    tally = scorer.Tally()
    for annotation in sorted(folder.glob("*.json")):
        gold = json.loads(annotation.read_text(encoding="utf-8"))
        text = (folder / gold.get("file", f"{annotation.stem}.txt")).read_text(encoding="utf-8")
        scorer.compare(gold, parse(text).as_json(), tally, lambda words: None)
    return {kind: tally.f1(kind)[2] for kind in scorer.KINDS}


def mutated(chance, text):
    """The text with up to five pieces left out, doubled, exchanged or put in."""
    for _ in range(chance.randint(1, 5)):
        start, stop = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        stop = min(stop, start + 60)
        kept, rest = text[:start], text[stop:]
        text = chance.choice(
            [
                kept + rest,
                kept + text[start:stop] * 2 + rest,
                kept + chance.choice(PIECES) * chance.choice([1, 1, 2, 8]) + text[start:],
                kept + rest[:30] + text[start:stop] + rest[30:],
            ]
        )
    return text


@pytest.mark.parametrize(("folder", "least"), [(CORPUS, 0.97), (SAMPLES, 0.92)], ids=["corpus", "samples"])
def test_annotated_documents_are_read_right(folder, least):
    if not (CORPUS / "score.py").exists():
        pytest.skip("the reference corpus is not here")

    assert {kind: f1 for kind, f1 in score(folder).items() if f1 < least} == {}


def test_the_seed_document_is_read_without_a_mistake():
    if not (CORPUS / "score.py").exists():
        pytest.skip("the reference corpus is not here")

    gold = json.loads((CORPUS / "seed.json").read_text(encoding="utf-8"))
    points = parse((CORPUS / gold["file"]).read_text(encoding="utf-8")).as_json()["points"]

    assert [point["responsible_units"] for point in points] == [
        point["responsible_units"] for point in gold["points"]
    ]
    steps = points[2]["measures"][0]["deadlines"]
    assert [step["deadline"]["due"] for step in steps] == ["2020-05-31", "2020-06-30", "2020-12-31"]
    assert all(step["clause"].removeprefix("在").startswith(step["deadline_text"]) for step in steps)
    assert len({step["clause"] for step in steps}) == 3


def test_damaged_documents_never_raise_and_are_never_slow():
    """Windows of the samples, each damaged by chance; the same chance every time."""
    chance = random.Random(20200618)
    texts = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt"))]
    slowest = 0.0
    for _ in range(MUTATIONS):
        text = chance.choice(texts)
        start = chance.randrange(len(text))
        damaged = mutated(chance, text[start : start + 160])
        begun = time.process_time()
        parse(damaged).as_json()
        slowest = max(slowest, time.process_time() - begun)

    assert slowest < SLOWEST


@pytest.mark.parametrize(
    "piece",
    [
        "（",
        "（责任单位：",
        "（一）",
        "一、\n1.\n",
        "1\n",
        "市水利局、",
        "序号\n任务\n责任单位\n",
        "2021年3月1日\n",
        "甲局和",
    ],
)
def test_the_cost_grows_with_the_length_only(piece):
    def cost(times):
        text = piece * times
        begun = time.process_time()
        parse(text)
        return time.process_time() - begun

    cost(100)
    assert cost(4000) < 20 * cost(1000) + 0.5
