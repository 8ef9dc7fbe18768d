"""A reading, every correction of it, what is flagged in it, and how corrections are taken back."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents import readings as make_reading
from tests.documents.readings import (
    AREAS,
    BUILD,
    CHECK,
    DINGHAI,
    POINT,
    PUTUO,
    SCHOOLS,
    SITE,
    TEXT,
    WHOLE,
    directory,
    point,
    reading,
    target,
    task,
    unit,
)
from tracker.documents import edits
from tracker.documents.changes import difference, undone
from tracker.documents.comparison import Comparison, goal
from tracker.documents.flags import flags, unit_ids
from tracker.documents.proof import Proof
from tracker.documents.reading import Duty, Reading, TargetRow, breakdowns, found_at, place_of, short
from tracker.errors import Invalid, WrongState

ISSUED = date(2020, 6, 18)


def kinds(of: Reading, issued_on: date | None = ISSUED) -> list[str]:
    return [flag.kind for flag in flags(of, directory(), issued_on)]


def tasks_of(of: Reading) -> list[str]:
    return [task.text for task in of.points[0].tasks]


# Kept as JSON


def test_a_reading_comes_back_from_json_as_it_was():
    first = edits.edit_unit(reading(), SCHOOLS, chosen=[4, 5])

    stored = json.loads(json.dumps(first.as_json()))

    assert Reading.from_json(stored) == first
    assert stored == first.as_json()


def test_a_document_without_a_reading_has_an_empty_one():
    assert Reading.from_json({}) == Reading()


def test_dropped_tasks_and_points_do_not_count():
    assert reading().size() == (1, 2)
    assert edits.edit_point(reading(), POINT, is_dropped=True).size() == (0, 0)


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (POINT, "一、建设学校"),
        (AREAS, "一、建设学校"),
        (SITE, "一、建设学校，第1项"),
        (WHOLE, "一、建设学校，第2项"),
        (99, ""),
    ],
)
def test_every_row_can_be_told_where_it_stands(key, place):
    assert place_of(reading(), key) == place


# Titles


def test_a_short_sentence_is_its_own_title():
    assert short("6月底前完成选址。") == "6月底前完成选址"


def test_a_title_leaves_out_how_and_why():
    sentence = "按照分级负责和属地管理的要求，逐级签订目标责任书，把各项任务细化到镇、村和具体的责任人员。"
    assert short(sentence) == "逐级签订目标责任书，把各项任务细化到镇、村和具体的责任人员"


def test_a_long_title_ends_with_a_whole_clause():
    sentence = "建立健全渔港安全管理制度，" + "落实防台防汛各项措施和值班值守要求并开展经常性的检查督促" * 2
    assert short(sentence) == "建立健全渔港安全管理制度"


def test_a_clause_that_never_ends_is_cut():
    assert short("修" * 80) == "修" * 39 + "…"


# Points and tasks


def test_a_point_needs_a_title():
    with pytest.raises(Invalid):
        edits.edit_point(reading(), POINT, title=" ")


def test_a_split_shares_out_the_words_and_keeps_the_rest():
    after = edits.split_task(reading(), BUILD, at=8)

    first, second = after.points[0].tasks[1:3]
    assert (first.text, second.text) == ("年底前建成学校三", "所（定海2所、普陀1所）")
    assert first.deadline == second.deadline == "2020-12-31"
    assert (TEXT[first.start : first.stop], TEXT[second.start : second.stop]) == (first.text, second.text)


def test_a_split_lets_every_target_stand_where_it_is_written():
    start = TEXT.find("普陀1所")
    share = target(20, "1", "普陀", start=start, stop=start + 4)
    before = reading(point(1, task(2, "年底前建成学校三所（定海2所、普陀1所）", targets=(target(21), share))))

    first, second = edits.split_task(before, 2, at=15).points[0].tasks

    assert [row.key for row in first.targets] == [21]
    assert [row.key for row in second.targets] == [20]


@pytest.mark.parametrize("at", [-5, 0, 7, 99])
def test_a_split_at_the_edge_is_refused(at):
    with pytest.raises(Invalid, match="句子中间"):
        edits.split_task(reading(), SITE, at)


def test_a_split_and_a_merge_lead_back():
    split = edits.split_task(reading(), SITE, at=4)
    assert tasks_of(split)[:2] == ["6月底前", "选址"]

    assert tasks_of(edits.merge_task(split, SITE)) == tasks_of(reading())


def test_a_merge_keeps_the_later_deadline_and_all_targets():
    merged = edits.merge_task(reading(), SITE).points[0].tasks[0]

    assert merged.deadline == "2020-12-31"
    assert [row.key for row in merged.targets] == [WHOLE, DINGHAI, PUTUO]
    assert merged.title == "6月底前选址"


def test_a_merge_unites_the_units():
    own = edits.add_unit(reading(), BUILD, "市财政局", Duty.SUPPORT)

    merged = edits.merge_task(own, SITE).points[0].tasks[0]

    assert [name.text for name in merged.units] == ["各县（区）", "市教育局", "市财政局"]


def test_the_last_task_has_nothing_to_merge_with():
    with pytest.raises(Invalid, match="后面没有"):
        edits.merge_task(reading(), CHECK)


def test_tasks_and_points_move_by_one():
    assert tasks_of(edits.move_task(reading(), BUILD, -1))[0].startswith("年底前")
    with pytest.raises(Invalid):
        edits.move_task(reading(), SITE, -1)
    with pytest.raises(Invalid):
        edits.move_point(reading(), POINT, 1)


def test_a_missed_task_is_due_by_the_end_of_the_year():
    span = found_at(TEXT, "定期检查")

    added = edits.add_task(reading(), POINT, "定期检查", span, 2020).points[0].tasks[-1]

    assert (added.deadline, TEXT[added.start : added.stop]) == ("2020-12-31", "定期检查")
    assert added.is_in_text


def test_a_missed_point_takes_its_place_in_the_text():
    before = reading(point(1, task(2), start=50))
    after = edits.add_point(before, "零", "先行事项", (10, 14))
    assert [p.title for p in after.points] == ["先行事项", "建设学校"]


@pytest.mark.parametrize(
    ("text", "at"),
    [("建三所，修两条。", 4), ("先建后修；再查、再改", 5), ("建、修", 2), ("建成学校", 2), ("建", 1)],
)
def test_the_likely_place_to_split_is_behind_a_mark(text, at):
    assert edits.likely_cut(text) == at


# Deadlines


def test_a_day_set_by_hand_says_so_and_settles_the_doubt():
    doubtful = reading(point(1, task(2, doubt="请确认", recurrence="FREQ=MONTHLY")))

    after = edits.set_deadline(doubtful, 2, date(2020, 9, 30)).points[0].tasks[0]

    assert (after.deadline, after.basis, after.doubt) == ("2020-09-30", "person", "")
    assert after.recurrence is None


def test_a_rule_of_recurrence_stays_when_asked():
    monthly = reading(point(1, task(2, recurrence="FREQ=MONTHLY")))
    after = edits.set_deadline(monthly, 2, date(2020, 9, 30), keeps_recurrence=True)
    assert after.points[0].tasks[0].recurrence == "FREQ=MONTHLY"


def test_an_open_ended_task_has_no_day():
    after = edits.set_deadline(reading(), SITE, date(2020, 9, 30), is_open_ended=True)
    assert after.points[0].tasks[0].deadline is None
    assert after.points[0].tasks[0].is_open_ended


def test_a_deadline_needs_a_day():
    with pytest.raises(Invalid):
        edits.set_deadline(reading(), SITE, None)


# Units


def test_a_task_gets_units_of_its_own_only_when_asked():
    own = edits.add_unit(reading(), SITE, "市财政局", Duty.LEAD)

    first, second = own.points[0].tasks[:2]
    assert [name.text for name in first.units] == ["各县（区）", "市教育局", "市财政局"]
    assert second.units is None
    assert edits.share_units(own, SITE).points[0].tasks[0].units is None


def test_a_unit_is_changed_where_it_stands():
    after = edits.edit_unit(reading(), SCHOOLS, duty=Duty.LEAD, text="市财政局")
    assert [(n.text, n.duty) for n in after.points[0].units] == [
        ("各县（区）", "responsible"),
        ("市财政局", "lead"),
    ]


def test_choosing_nobody_is_refused():
    with pytest.raises(Invalid):
        edits.edit_unit(reading(), SCHOOLS, chosen=[])


def test_a_unit_can_be_removed():
    assert [n.key for n in edits.remove_unit(reading(), AREAS).points[0].units] == [SCHOOLS]


def test_members_are_chosen_for_open_sets_alone():
    open_set = reading(point(1, task(2), units=(unit(3, "成员单位"), unit(4, "各县（区）"))))

    names = edits.choose_members(open_set, directory()).points[0].units

    assert [name.chosen for name in names] == [(4, 5, 6), None]


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        (unit(1, "市教育局"), (4,)),
        (unit(1, "市 教育局"), (4,)),
        (unit(1, "各县(区)"), (1, 2)),
        (unit(1, "成员单位"), ()),
        (unit(1, "成员单位", chosen=(6, 4)), (4, 6)),
        (unit(1, "市林业局"), ()),
        (unit(1, "市林业局", chosen=(99, 1)), (1,)),
    ],
)
def test_a_name_stands_for_its_units_in_the_fixed_order(name, ids):
    assert unit_ids(name, directory()) == ids


# Targets


def test_shares_belong_to_the_target_of_their_subject_and_measure():
    rows = [target(1), target(2, "2", "定海"), target(3, "90", measure="人"), target(4, "1", "普陀")]

    first, second = breakdowns(rows)

    assert (first.whole.key, [p.key for p in first.parts], first.total) == (1, [2, 4], Decimal(3))
    assert (second.whole.key, second.parts, second.difference) == (3, (), 0)


def test_two_targets_of_one_subject_are_both_kept():
    rows = [target(1, "10"), target(2, "30"), target(3, "4", "定海")]
    assert [(b.whole.key, len(b.parts)) for b in breakdowns(rows)] == [(1, 1), (2, 0)]


def test_shares_without_a_whole_are_one_breakdown():
    (only,) = breakdowns([target(1, "2", "定海"), target(2, "1", "普陀")])
    assert (only.whole, only.total, only.difference) == (None, 3, 0)


@pytest.mark.parametrize("value", ["十", "NaN", "1e99", "1.23456", "∞"])
def test_a_value_must_be_a_number_the_ledger_can_keep(value):
    with pytest.raises(Invalid, match="数字"):
        edits.add_target(reading(), SITE, target(0, value))


def test_a_share_needs_a_number():
    with pytest.raises(Invalid, match="须填写数值"):
        edits.edit_target(reading(), target(DINGHAI, "", "定海"))


def test_targets_are_added_changed_and_removed():
    added = edits.add_target(reading(), SITE, target(0, "5"))
    row = added.points[0].tasks[0].targets[0]
    assert row.key == 100

    changed = edits.edit_target(added, replace(row, value="6"))
    assert changed.points[0].tasks[0].targets[0].value == "6"
    assert edits.remove_target(changed, row.key).points[0].tasks[0].targets == ()


def test_rates_and_growth_are_not_summed():
    rates = [target(1, "75", measure="%"), target(2, "78", "定海", measure="%")]
    growth = [target(1, "10", comparison="growth>="), target(2, "8", "定海", comparison="growth>=")]
    assert [breakdowns(rows)[0].adds_up for rows in (rates, growth)] == [False, False]
    assert [breakdowns(rows)[0].difference for rows in (rates, growth)] == [0, 0]


def test_a_share_for_nobody_in_the_table_can_be_a_target_by_itself():
    row = edits.unshare(reading(), DINGHAI).find_target(DINGHAI)
    assert (row.subject, row.scope) == ("定海建成学校", "")


def test_a_share_can_bring_its_unit_along():
    lonely = edits.remove_unit(reading(), AREAS)
    assert kinds(lonely) == ["foreign_scope", "foreign_scope"]

    both = edits.assign_share(edits.assign_share(lonely, DINGHAI), PUTUO)

    assert kinds(both) == []


@pytest.mark.parametrize(
    ("comparison", "value", "words"),
    [
        (">=", "15", "不少于15所"),
        ("=", "15.50", "15.5所"),
        ("growth>=", "10", "增长不少于10所"),
        ("?", "10", "10所"),
        ("=", "", "翻一番所"),
    ],
)
def test_a_goal_is_said_in_words(comparison, value, words):
    assert goal(target(1, value, comparison=comparison, value_text="翻一番")) == words


def test_a_rate_names_its_period():
    assert goal(target(1, "810", measure="元", per="月")) == "每月810元"


def test_every_comparison_the_reader_knows_has_words():
    signs = [">=", "<=", ">", "<", "=", "~="]
    known = {f"{change}{sign}" for change in ("", "growth", "decrease") for sign in signs}
    assert known == {comparison.value for comparison in Comparison}


# Flags


def test_a_plain_reading_has_nothing_to_say():
    assert kinds(reading()) == []


@pytest.mark.parametrize(
    ("rows", "kind", "is_blocking"),
    [
        ({"units": (unit(3, "市林业局"),)}, "unknown_unit", True),
        ({"units": (unit(3, "成员单位"),)}, "open_set", True),
        ({"units": (unit(3, "市教育局", chosen=(99,)),)}, "no_members", True),
        ({"units": ()}, "no_units", True),
        ({"deadline": None}, "no_deadline", True),
        ({"doubt": "请确认时限"}, "doubt", False),
        ({"deadline": "2020-05-31"}, "past", False),
        ({"targets": (target(5, "4"), target(6, "2", "定海"))}, "quota_sum", False),
        ({"targets": (target(5, "2", "岱山"),)}, "unknown_scope", True),
        ({"targets": (target(5, "2", "市教育局"),)}, "foreign_scope", True),
        ({"targets": (target(5, "2", "定海"), target(6, "2", "定海区"))}, "double_scope", True),
        ({"targets": (target(5, "", "定海"),)}, "no_value", True),
    ],
)
def test_what_a_person_must_look_at_is_flagged(rows, kind, is_blocking):
    units = rows.pop("units", (unit(3, "各县（区）"),))
    found = flags(reading(point(1, task(2, **rows), units=units)), directory(), ISSUED)
    assert [(flag.kind, flag.is_blocking) for flag in found] == [(kind, is_blocking)]
    assert "请" in found[0].message


def test_a_confirmed_past_deadline_is_flagged_no_more():
    past = reading(point(1, task(2, deadline="2020-05-31"), units=(unit(3, "市教育局"),)))
    assert kinds(edits.edit_task(past, 2, is_past_confirmed=True)) == []


def test_an_empty_reading_cannot_be_adopted():
    assert kinds(Reading()) == ["empty"]


def test_without_a_date_of_issue_a_person_is_asked_for_it():
    assert kinds(reading(), None) == ["no_date"]


def test_a_sum_says_how_far_it_is_off():
    short_of = edits.edit_target(reading(), target(DINGHAI, "1.5", "定海"))
    (flag,) = flags(short_of, directory(), ISSUED)
    assert flag.message == "“建成学校”总数3所，分解合计2.5所，少0.5所，请核对原文"


def test_what_is_dropped_is_not_flagged():
    wrong = reading(point(1, task(2), units=(unit(3, "市林业局"),)), point(9, task(8), units=(unit(7),)))
    assert kinds(edits.edit_point(wrong, 1, is_dropped=True)) == []


# What adopting would make


def test_the_counts_are_those_of_the_tasks_that_stay():
    counts = Proof(TEXT, reading(), directory(), ISSUED).counts
    assert (counts.points, counts.tasks, counts.units, counts.assignments) == (1, 2, 3, 6)


def test_only_what_changed_is_news():
    two = reading(point(1, task(2), units=(unit(3),)), point(4, task(5), units=(unit(6),), start=30))
    before = Proof(TEXT, two, directory(), ISSUED)

    after = replace(before, reading=edits.edit_task(two, 5, title="另一个名称"))

    news = after.news(before)
    assert ([card.key for card in news.cards], news.blocks, news.is_reordered) == ([4], [], False)
    moved = replace(before, reading=edits.move_point(two, 4, -1)).news(before)
    assert ([card.key for card in moved.cards], moved.is_reordered) == ([4, 1], True)


# Any corrections, in any order

words = st.sampled_from(
    ["", " ", "市教育局", "各县(区)", "成员单位", "市林业局", "<b>&", "年底前建成三所，再修路。"]
)
numbers = st.integers(-3, 130)
duties = st.sampled_from(Duty)
values = st.sampled_from(["", "3", "-1", "0.5", "x", "NaN", "1e400"])
days = st.none() | st.dates(date(2019, 1, 1), date(2021, 1, 1))
rows = st.builds(
    TargetRow,
    numbers,
    words,
    st.just(">="),
    values,
    words,
    st.just("所"),
    st.just(""),
    words,
    numbers,
    numbers,
)
spans = st.tuples(numbers, numbers)
corrections = st.one_of(
    st.builds(lambda k, w: partial(edits.edit_point, key=k, title=w), numbers, words),
    st.builds(lambda k, d: partial(edits.edit_point, key=k, is_dropped=d), numbers, st.booleans()),
    st.builds(lambda k, w: partial(edits.edit_task, key=k, title=w), numbers, words),
    st.builds(lambda k, d: partial(edits.edit_task, key=k, is_dropped=d), numbers, st.booleans()),
    st.builds(lambda w, s: partial(edits.add_point, number="二", title=w, span=s), words, spans),
    st.builds(
        lambda k, w, s: partial(edits.add_task, owner=k, text=w, span=s, plan_year=2020),
        numbers,
        words,
        spans,
    ),
    st.builds(
        lambda k, d, o, r: partial(
            edits.set_deadline, key=k, deadline=d, is_open_ended=o, keeps_recurrence=r
        ),
        numbers,
        days,
        st.booleans(),
        st.booleans(),
    ),
    st.builds(lambda k, at: partial(edits.split_task, key=k, at=at), numbers, numbers),
    st.builds(lambda k: partial(edits.merge_task, key=k), numbers),
    st.builds(lambda k, by: partial(edits.move_task, key=k, by=by), numbers, st.sampled_from([-1, 1])),
    st.builds(lambda k, by: partial(edits.move_point, key=k, by=by), numbers, st.sampled_from([-1, 1])),
    st.builds(lambda k: partial(edits.own_units, key=k), numbers),
    st.builds(lambda k: partial(edits.share_units, key=k), numbers),
    st.builds(lambda k, w, d: partial(edits.add_unit, owner=k, text=w, duty=d), numbers, words, duties),
    st.builds(lambda k, w, d: partial(edits.edit_unit, key=k, text=w, duty=d), numbers, words, duties),
    st.builds(lambda k, c: partial(edits.edit_unit, key=k, chosen=c), numbers, st.lists(numbers, max_size=3)),
    st.builds(lambda k: partial(edits.remove_unit, key=k), numbers),
    st.builds(lambda k, t: partial(edits.add_target, task_key=k, target=t), numbers, rows),
    st.builds(lambda t: partial(edits.edit_target, target=t), rows),
    st.builds(lambda k: partial(edits.remove_target, key=k), numbers),
    st.builds(lambda k: partial(edits.assign_share, key=k), numbers),
    st.builds(lambda k: partial(edits.unshare, key=k), numbers),
    st.just(partial(edits.choose_members, directory=directory())),
)


def keys_of(of: Reading) -> Iterator[int]:
    for one in of.points:
        yield one.key
        yield from (name.key for name in one.units)
        for part in one.tasks:
            yield part.key
            yield from (name.key for name in part.units or ())
            yield from (row.key for row in part.targets)


@settings(max_examples=150, deadline=None)
@given(st.lists(corrections, max_size=12))
def test_corrections_keep_a_reading_whole(steps: list[Any]):
    now = reading()
    for step in steps:
        with suppress(Invalid):
            now = step(now)
    keys = list(keys_of(now))
    assert len(keys) == len(set(keys))
    assert all(0 < key < now.next_key for key in keys)
    assert Reading.from_json(json.loads(json.dumps(now.as_json()))) == now
    proof = Proof(TEXT, now, directory(), ISSUED)
    assert all(flag.message for flag in proof.flags)
    assert proof.counts.assignments >= proof.counts.units
    assert all(flag.key == 0 or proof.place(flag.key) != "文件信息" for flag in proof.flags)


@settings(max_examples=150, deadline=None)
@given(st.lists(corrections, min_size=1, max_size=8))
def test_corrections_are_taken_back_one_by_one(steps: list[Any]):
    states, trail = [reading().as_json()], []
    for step in steps:
        with suppress(Invalid):
            after = step(Reading.from_json(states[-1])).as_json()
            trail.append(json.loads(json.dumps(difference(states[-1], after))))
            states.append(json.loads(json.dumps(after)))
    now = states[-1]
    for changes, before in zip(reversed(trail), reversed(states[:-1]), strict=True):
        now = undone(now, changes)
        assert now == before


def test_what_a_correction_changed_is_told_by_its_place():
    before = reading().as_json()
    after = edits.set_deadline(reading(), SITE, date(2020, 7, 31)).as_json()
    assert difference(before, after) == [
        ["/points/0/tasks/0/deadline", "2020-06-30", "2020-07-31"],
        ["/points/0/tasks/0/basis", "text", "person"],
    ]


def test_a_change_is_not_taken_back_over_a_later_one():
    before = reading().as_json()
    after = edits.edit_task(reading(), SITE, title="选址").as_json()
    later = edits.edit_task(reading(), SITE, title="定址").as_json()

    with pytest.raises(WrongState, match="又有改动"):
        undone(later, difference(before, after))


def test_readings_for_tests_say_what_their_keys_are():
    assert reading().find_unit(AREAS).text == "各县（区）"
    assert reading().find_target(DINGHAI).scope == "定海"
    assert reading().find_task(BUILD).text.startswith("年底前")
    assert reading().find_point(POINT).title == "建设学校"
    assert set(make_reading.UNITS) >= {1, 2}
