"""The formula against figures worked out by hand, and against what must hold for any month."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.scores.explain import advise, costs
from tracker.scores.facts import (
    BEHIND,
    Correction,
    DueReport,
    Facts,
    Note,
    Obligation,
    Running,
    Wish,
    corrected,
)
from tracker.scores.formula import DEFAULT_MODEL
from tracker.scores.rules import NO_GAP, NO_SCORE, TOO_FEW, Band, Sheet, band, rank, score


def duty(met=True, role="lead", level="ordinary", late=0, early=0):
    return Obligation("assignment:1", "任务", "2020-06-30", role, level, met, None, late, early)


def running(progress, plan):
    return Running("assignment:1", "任务", "lead", "ordinary", progress, plan)


def report(on_time=True):
    return DueReport("assignment:1", "任务", "2020-06-30", on_time)


def notes(count, kind=""):
    return tuple(
        Note(f"slip:{n}", "assignment:1", "督黄〔2020〕1号", "2020-06-30", kind) for n in range(count)
    )


def sheet_of(points, obligations=5, on_time="1"):
    scored = None if points is None else Decimal(points)
    return Sheet(scored, scored, Decimal(0), Decimal(0), Decimal(on_time), obligations)


MIXED = Facts(
    # Σ w·r = 9, of which 7.5 in time; one lead 4 days late, one support 10 days late; two early
    duties=(
        *[duty(early=6)] * 2,
        *[duty()] * 5,
        duty(role="support"),
        duty(met=False, late=4),
        duty(met=False, role="support", late=10),
    ),
    running=(*[running(50, 50)] * 8, running(20, 50)),  # 8.4 of 9
    reports=tuple(report() for _ in range(4)),
    rectifications=(duty(), duty(), duty(met=False, late=3)),
    submitted=6,
    returned=notes(1),
    slips=notes(1, "yellow"),
)


def test_the_worked_example_scores_83_08():
    sheet = score(MIXED, DEFAULT_MODEL)
    assert [(line.code, line.points) for line in sheet.lines] == [
        ("A", Decimal("37.5000")),
        ("P", Decimal("14.0000")),
        ("F", Decimal("15.0000")),
        ("Z", Decimal("10.0000")),
        ("Q", Decimal("8.3333")),
        ("late", Decimal("-1.6500")),
        ("yellow", Decimal("-0.5000")),
        ("early", Decimal("0.4000")),
    ]
    assert (sheet.base, sheet.score) == (Decimal("84.8333"), Decimal("83.08"))


def test_a_nearly_perfect_month_scores_99_12():
    facts = Facts(
        duties=tuple(duty() for _ in range(3)),
        running=(running(95, 100),),
        reports=(report(),),
        submitted=1,
    )
    assert score(facts, DEFAULT_MODEL).score == Decimal("99.12")


def test_nothing_due_gives_no_score():
    assert score(Facts(running=(running(50, 50),), submitted=2), DEFAULT_MODEL).score is None


def test_late_penalties_are_capped_one_by_one_and_together():
    forever = duty(met=False, late=400)
    assert score(Facts(duties=(forever,)), DEFAULT_MODEL).penalty == Decimal("3.0000")
    assert score(Facts(duties=(forever,) * 9), DEFAULT_MODEL).penalty == Decimal("15.0000")


def test_equal_scores_share_a_rank_and_the_next_one_skips():
    places, note = rank(
        [(1, sheet_of("80")), (2, sheet_of("95")), (3, sheet_of("90")), (4, sheet_of("90"))], DEFAULT_MODEL
    )
    assert [(place.unit_id, place.rank) for place in places] == [(2, 1), (3, 2), (4, 2), (1, 4)]
    assert note == ""


def test_few_duties_give_a_score_but_no_rank():
    places, _ = rank(
        [(1, sheet_of("95", obligations=2)), (2, sheet_of("80")), (3, sheet_of(None, 0))], DEFAULT_MODEL
    )
    assert [(place.unit_id, place.rank, place.note) for place in places] == [
        (2, 1, ""),
        (1, None, TOO_FEW),
        (3, None, NO_SCORE),
    ]


def test_a_board_at_the_ceiling_is_not_ranked():
    places, note = rank([(1, sheet_of("99")), (2, sheet_of("99.5")), (3, sheet_of("70"))], DEFAULT_MODEL)
    assert note == NO_GAP
    assert {place.rank for place in places} == {None}


def test_behind_are_those_below_target_in_the_last_third():
    scores = ["98", "97", "96", "79", "78", "70"]
    places, _ = rank([(i, sheet_of(s)) for i, s in enumerate(scores)], DEFAULT_MODEL)
    assert [place.unit_id for place in places if place.is_behind] == [4, 5]


def test_nobody_is_behind_in_a_board_that_reached_the_target():
    places, _ = rank([(i, sheet_of("95")) for i in range(6)], DEFAULT_MODEL)
    assert not any(place.is_behind for place in places)


duties = st.builds(
    duty,
    met=st.booleans(),
    role=st.sampled_from(["lead", "responsible", "support"]),
    level=st.sampled_from(["ordinary", "key", "supervised"]),
    late=st.integers(0, 200),
)


months = st.builds(
    Facts,
    duties=st.lists(duties, max_size=8).map(tuple),
    rectifications=st.lists(st.builds(duty, met=st.booleans()), max_size=4).map(tuple),
    running=st.lists(st.builds(running, st.integers(0, 100), st.integers(0, 100)), max_size=5).map(tuple),
    reports=st.lists(st.builds(report, st.booleans()), max_size=5).map(tuple),
    submitted=st.integers(3, 9),
    returned=st.integers(0, 3).map(notes),
    slips=st.integers(0, 3).map(lambda count: notes(count, "yellow")),
)
COLUMNS = ("duties", "rectifications", "running", "reports", "returned", "slips")


@given(months, st.randoms())
def test_the_order_of_facts_never_matters(facts, random):
    shuffled = {name: list(getattr(facts, name)) for name in COLUMNS}
    for rows in shuffled.values():
        random.shuffle(rows)
    other = replace(facts, **{name: tuple(rows) for name, rows in shuffled.items()})
    assert score(other, DEFAULT_MODEL) == score(facts, DEFAULT_MODEL)


@given(months, st.sampled_from(COLUMNS), st.integers(0, 7))
def test_what_was_done_better_never_lowers_the_score(facts, name, index):
    """One more obligation met, a report in time, progress on plan, nothing returned, no slip."""
    rows = [row._replace(subject=f"{name}:{place}") for place, row in enumerate(getattr(facts, name))]
    before = replace(facts, **{name: tuple(rows)})
    if not rows or score(before, DEFAULT_MODEL).score is None:
        return
    code = {name: code for code, name in BEHIND.items() if code != "correction"}[name]
    after = corrected(before, code, rows[index % len(rows)].subject, Wish.MET)
    assert score(after, DEFAULT_MODEL).score >= score(before, DEFAULT_MODEL).score


@given(months)
def test_without_anything_due_there_is_no_score(facts):
    assert (score(facts, DEFAULT_MODEL).score is None) == (not facts.duties and not facts.rectifications)


@given(months)
def test_what_a_sheet_says_each_fact_cost_adds_up_to_what_the_line_lacks(facts):
    sheet = score(facts, DEFAULT_MODEL)
    for code, rows in costs(facts, DEFAULT_MODEL, sheet.lines).items():
        (line,) = [line for line in sheet.lines if line.code == code]
        lacking = line.full - line.points if line.full else -line.points
        assert abs(sum(row.cost for row in rows) - lacking) <= Decimal("0.01") * len(rows)


@given(months)
def test_three_actions_at_most_and_each_would_have_raised_the_score(facts):
    named = {
        name: tuple(row._replace(subject=f"{name}:{n}") for n, row in enumerate(getattr(facts, name)))
        for name in COLUMNS
    }
    advice = advise(replace(facts, **named), DEFAULT_MODEL)
    assert len(advice) <= 3
    assert all(one.gain > 0 and one.words for one in advice)
    assert [one.gain for one in advice] == sorted((one.gain for one in advice), reverse=True)


@given(st.lists(duties, max_size=8), st.integers(0, 9), st.integers(0, 3))
def test_facts_survive_their_snapshot(rows, submitted, slips):
    facts = Facts(duties=tuple(rows), submitted=submitted, slips=notes(slips, "red"))
    assert Facts.from_json(json.loads(json.dumps(facts.as_json()))) == facts


@pytest.mark.parametrize("slips", [0, 1, 7])
def test_a_score_is_never_negative(slips):
    facts = Facts(duties=(duty(met=False, late=99),), slips=notes(slips, "red"), falsehoods=notes(9))
    assert score(facts, DEFAULT_MODEL).score == 0


def test_what_the_first_version_froze_still_reads():
    before = {
        "duties": [
            {"subject": "assignment:1", "title": "任务", "due_on": "2020-06-30", "duty": "lead", "level": "ordinary",
             "met": False, "handed_in_on": None, "late_workdays": 4, "early_workdays": 0}
        ],
        "rectifications": [], "running": [], "reports": [], "unconfirmed": [],
        "submitted": 6, "returned": 1, "yellow_slips": 1, "red_slips": 0, "falsehoods": 0,
    }  # fmt: skip
    facts = Facts.from_json(before)
    assert facts.duties == (duty(met=False, late=4),)
    assert (len(facts.returned), [note.kind for note in facts.slips]) == (1, ["yellow"])


@pytest.mark.parametrize(("ties", "ranks"), [("skip", [1, 2, 2, 4]), ("dense", [1, 2, 2, 3])])
def test_the_model_says_how_ties_go_on(ties, ranks):
    scores = [(1, sheet_of("95")), (2, sheet_of("90")), (3, sheet_of("90")), (4, sheet_of("80"))]
    places, _ = rank(scores, DEFAULT_MODEL | {"ties": ties})
    assert [place.rank for place in places] == ranks


def test_what_is_set_aside_counts_when_the_model_does_not_exempt_it():
    facts = Facts(set_aside=(duty(met=False)._replace(exempt="suspended"),))
    assert score(facts, DEFAULT_MODEL).score is None
    assert score(facts, DEFAULT_MODEL | {"exemptions": ["disputed"]}).score == Decimal("0.00")
    by_appeal = Facts(set_aside=(duty(met=False)._replace(exempt="appeal"),))
    assert score(by_appeal, DEFAULT_MODEL | {"exemptions": []}).score is None


def test_a_correction_of_an_earlier_month_comes_on_top():
    facts = Facts(duties=(duty(),), corrections=(Correction("appeal:1", "任务", "2020-05", "4.25"),))
    sheet = score(facts, DEFAULT_MODEL)
    assert (sheet.score, sheet.correction, sheet.lines[-1].code) == (
        Decimal("104.25"),
        Decimal("4.25"),
        "correction",
    )


def test_what_an_appeal_puts_right_changes_its_fact_and_no_other():
    late = duty(met=False, late=4)._replace(subject="assignment:2")
    facts = Facts(duties=(duty(), late), running=(running(1, 5)._replace(subject="assignment:2"),))
    met = corrected(facts, "late", "assignment:2", Wish.MET)
    assert met.duties == (duty(), late._replace(met=True, late_workdays=0))
    out = corrected(facts, "A", "assignment:2", Wish.EXEMPT)
    assert (out.duties, out.running, [row.exempt for row in out.set_aside]) == ((duty(),), (), ["appeal"])
    assert corrected(facts, "A", "assignment:9", Wish.MET) == facts
    slips = Facts(slips=notes(2, "red"))
    assert corrected(slips, "red", "slip:0", Wish.EXEMPT).slips == slips.slips[1:]
    assert corrected(slips, "red", "slip:0", Wish.MET).slips == slips.slips[1:]


def test_bands_follow_the_lines_of_the_model_and_the_list_of_those_behind():
    said = [band(Decimal(points), False, DEFAULT_MODEL) for points in ("90", "89.99", "80", "79.99")]
    assert said == [Band.GOOD, Band.FAIR, Band.FAIR, Band.PLAIN]
    assert band(Decimal(95), True, DEFAULT_MODEL) is Band.BEHIND
    assert band(None, False, DEFAULT_MODEL) is None
