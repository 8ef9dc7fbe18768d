import re

from wtforms import DateField, DecimalField, FieldList, FormField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice

from tracker.web.forms import Form, Row


def test_a_fresh_form_shows_no_errors(visitor):
    page = visitor.get("/name")

    assert page.status_code == 200
    assert "请填写名称" not in page.text
    assert "is-required" in page.text


def test_a_refused_form_says_so_at_the_field(visitor):
    answer = visitor.post("/name", data={"name": "  "})

    assert answer.status_code == 422
    assert re.search(
        r'aria-invalid="true"[^>]*id="name"|id="name"[^>]*aria-invalid|aria-invalid="true"', answer.text
    )
    assert "请填写名称" in answer.text


def test_a_refusal_by_a_verb_brings_the_form_back_with_what_was_typed(visitor):
    answer = visitor.post("/name", data={"name": " 市发展改革委\0 ", "secret_password": "hunter2"})

    assert answer.status_code == 422
    assert 'value="市发展改革委"' in answer.text
    assert "名称重复" in answer.text
    assert "已有同名单位" in answer.text
    assert "hunter2" not in answer.text


def test_an_overtaken_form_comes_back_with_what_was_typed(visitor):
    answer = visitor.post("/name", data={"name": "stale"})

    assert answer.status_code == 409
    assert 'value="stale"' in answer.text
    assert "他人刚刚处理过" in answer.text


def test_a_form_on_show_does_not_hide_that_something_is_forbidden(visitor):
    answer = visitor.post("/name", data={"name": "forbidden"})

    assert answer.status_code == 403
    assert "<h1>没有权限</h1>" in answer.text


def test_too_long_a_text_comes_back_whole_and_says_by_how_much(visitor):
    said = "甲" * 6 + "\r\n" + "乙" * 6

    page = visitor.post("/note", data={"note": said})

    assert page.status_code == 422
    assert "最多10个字，现在有13个字，请删去3个字" in page.text
    assert "maxlength" not in page.text
    assert "甲" * 6 + "\r\n" + "乙" * 6 in page.text
    assert visitor.post("/note", data={"note": "甲" * 9 + "\r\n"}).status_code == 200


class Line(Row):
    count = IntegerField()


class Sample(Form):
    on = DateField()
    share = DecimalField()
    colour = SelectField(choices=[SelectChoice("red", "红")])
    level = SelectField(choices=[SelectChoice(1, "一")], coerce=int)
    lines = FieldList(FormField(Line))


def test_fields_say_what_is_wrong_in_words_of_the_house(app):
    typed = {"on": "明天", "share": "半", "colour": "绿", "level": "高", "lines-0-count": "三"}
    with app.test_request_context(method="POST", data=typed):
        form = Sample()
        form.validate()

    assert form.errors == {
        "on": ["日期应写成2020-06-30这样"],
        "share": ["应是数字"],
        "colour": ["请在列出的里面选择"],
        "level": ["请在列出的里面选择"],
        "lines": [{"count": ["应是整数"]}],
    }
