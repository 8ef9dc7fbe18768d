import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.text import fold


@pytest.mark.parametrize(
    ("raw", "norm"),
    [
        ("(责任单位:市教育局,市财政局;市残联)", "（责任单位：市教育局，市财政局；市残联）"),
        ("责任单位∶市教育局", "责任单位：市教育局"),
        ("２０２３年６月底前，完成８５％", "2023年6月底前，完成85%"),
        ("补助 30 万元", "补助30万元"),
        ("的通  知", "的通知"),
        ("建设 Smart  Port 平台", "建设Smart Port平台"),
        ("甲\u3000乙\u00a0丙", "甲乙丙"),
        ("序号\t任务", "序号\t任务"),
        ("一行\r\n二行\r三行\u2028四行", "一行\n二行\n三行\n四行"),
        ("\ufeff零\u200b宽", "零宽"),
        ("2018—2022，8月――10月，8～9月", "2018-2022，8月-10月，8~9月"),
        ("印发《办法<试行>》", "印发《办法〈试行〉》"),
        ("补助1,200元,另补5.5%", "补助1,200元，另补5.5%"),
        ("18：00前和9:30前,时限:6月", "18:00前和9:30前，时限：6月"),
        ("(责任单位:18个乡镇)", "（责任单位：18个乡镇）"),
        ('开展"回头看"', "开展“回头看”"),
        ("见https://a.example/b.html", "见https://a.example/b.html"),
        ("㈠摸底⑵整改；⒊总结①验收", "（一）摸底（2）整改；3.总结①验收"),
        ("⽔利局", "水利局"),
    ],
)
def test_widths_blanks_and_marks_have_one_form(raw, norm):
    assert fold(raw).norm == norm


@pytest.mark.parametrize(
    ("raw", "norm"),
    [
        ("1.清淤.", "1.清淤。"),
        ("1．清淤", "1.清淤"),
        ("五.优化服务。六.强化保障", "五.优化服务。六.强化保障"),
        ("差错率不高于3‰.(责任", "差错率不高于3‰。（责任"),
        ("新建12.6公里", "新建12.6公里"),
        ("完成60台.加快", "完成60台。加快"),
        ("总数达到30.", "总数达到30。"),
        ("1。新建", "1。新建"),
        ("a@b.example.", "a@b.example。"),
    ],
)
def test_a_dot_stays_in_numbers_and_markers_and_is_a_full_stop_elsewhere(raw, norm):
    assert fold(raw).norm == norm


def test_traditional_script_is_folded_and_its_pinyin_dropped():
    folded = fold("市發(fā)展改革委牽頭,各縣(qū)政府負責，他們(men)配合")

    assert folded.norm == "市发展改革委牵头，各县政府负责，他们配合"
    assert folded.original(0, 6) == "市發(fā)展改革委"


def test_a_simplified_text_keeps_its_rare_characters_and_latin_brackets():
    assert fold("乾安县(app)").norm == "乾安县（app）"


def test_spans_lead_back_to_the_original():
    folded = fold("一、 加 强\r\n（责任单位：市 水利局）")
    start = folded.norm.index("市水利局")

    assert folded.original(start, start + 4) == "市 水利局"
    assert folded.span(len(folded.norm), len(folded.norm)) == (len(folded.raw), len(folded.raw))


@given(st.text(alphabet=st.sampled_from('一1.。,:( )（）a \t\r\n\u200b-—㈠發ā"：0县'), max_size=60))
def test_every_character_keeps_its_place_in_order(raw):
    folded = fold(raw)

    assert len(folded.offsets) == len(folded.norm)
    assert list(folded.offsets) == sorted(folded.offsets)
    assert all(0 <= place < len(raw) for place in folded.offsets)
