"""Web pages as they really are."""

from tests.documents.readers.papers import TEXT, as_page, bare
from tracker.documents.readers import read


def opened(body, head='<meta charset="utf-8">'):
    page = f"<html><head>{head}</head><body>{body}</body></html>"
    return read(page.encode(), "要点.html").text.split("\n")


def test_a_page_that_says_gb2312_may_hold_any_character_of_gb18030():
    page = as_page("gb2312").replace("北屿县".encode("gb18030"), "北㠘县".encode("gb18030"))

    assert bare(read(page, "x").text) == bare(TEXT.replace("北屿县", "北㠘县"))


def test_a_page_that_names_the_wrong_encoding_is_read_all_the_same():
    page = as_page().replace(b'charset="utf-8"', b'charset="gbk"')

    assert bare(read(page, "x").text) == bare(TEXT)


def test_blocks_are_lines_and_what_is_inline_is_not():
    assert opened(
        "<div>一、<b>完善</b>\n<span>路网</span><br>改善供水</div><div><p>二、健全机制</p></div>"
    ) == [
        "一、完善 路网",
        "改善供水",
        "二、健全机制",
    ]


def test_numbers_the_browser_gives_are_read_those_typed_are_not_doubled():
    assert opened("<ol start=3><li>路网</li><li>供水</li></ol><ol><li>一、管护</li></ol>") == [
        *("3.路网", "4.供水", "一、管护"),
    ]


def test_a_table_that_only_arranges_the_page_is_not_read_as_rows():
    inner = "<table><tr><td>序号</td><td>任务</td></tr><tr><td>1</td><td>修路</td></tr></table>"
    assert opened(f"<table><tr><td>公告</td><td><p>一、完善路网</p>{inner}</td></tr></table>") == [
        *("公告", "一、完善路网", "序号\t任务", "1\t修路"),
    ]


def test_a_cell_over_several_rows_is_repeated():
    assert opened(
        "<table><tr><th>任务</th><th>单位</th><th>时限</th></tr>"
        "<tr><td>修路</td><td rowspan=2>市交通局</td><td>6月底</td></tr>"
        "<tr><td>架桥</td><td>年底</td></tr></table>"
    ) == ["任务\t单位\t时限", "修路\t市交通局\t6月底", "架桥\t市交通局\t年底"]


def test_hidden_parts_and_menus_without_a_name_are_left_out():
    menu = "".join(f"<a href=/{number}>栏目{number}</a>" for number in range(9))
    paper = "<p>一、完善农村路网，改善群众出行条件，年底前完成危桥改造。</p>" * 5
    assert set(opened(f"<div>{menu}</div><div style='display:none'>草稿</div>{paper}")) == {
        "一、完善农村路网，改善群众出行条件，年底前完成危桥改造。"
    }


def test_a_form_round_the_whole_page_is_no_frame():
    assert opened("<form id=aspnetForm><div class=search-page><p>一、完善路网</p></div></form>") == [
        "一、完善路网"
    ]


def test_tags_never_closed_do_not_cost_the_rest_of_the_page():
    assert len(opened("<font><span>一、完善路网<br>" * 400)) == 400
