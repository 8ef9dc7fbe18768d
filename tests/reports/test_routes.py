"""The page of a duty: report with a file, send back, correct, accept, close."""

from io import BytesIO

import pytest

from tests import make
from tests.conftest import sign_in
from tracker.db import db
from tracker.errors import Invalid
from tracker.media import media_type_of
from tracker.reports.models import Evidence, ProgressReport
from tracker.tasks.models import Assignment
from tracker.workflow import FilingState, State


def test_the_whole_way_of_a_report(client, reporter, supervisor):
    duty_id = make.assignment(reporter.unit, state=State.ACTIVE).id
    sign_in(client, reporter)
    form = {
        "progress": "100",
        "text": "三所学校全部建成",
        "files": [(BytesIO("验收合格".encode()), "验收单.txt")],
        "claim": "验收单",
        "wish": "closure",
    }
    answer = client.post(f"/reports/duties/{duty_id}/reports", data=form, follow_redirects=True)
    assert answer.status_code == 200
    assert db.session.get(Assignment, duty_id).state is State.CLOSING

    sign_in(client, supervisor)
    assert "三所学校全部建成" in client.get("/reports/", follow_redirects=True).text
    client.post(f"/reports/duties/{duty_id}/refuse-closure", data={"kind": "evidence", "reason": "缺盖章"})
    assert db.session.get(Assignment, duty_id).state is State.ACTIVE

    sign_in(client, reporter)
    assert "三所学校全部建成" in client.get(f"/reports/duties/{duty_id}").text  # prefilled
    client.post(
        f"/reports/duties/{duty_id}/reports", data={"progress": "100", "text": "已补盖章", "wish": "closure"}
    )

    sign_in(client, supervisor)
    client.post(f"/reports/duties/{duty_id}/close")
    assert db.session.get(Assignment, duty_id).state is State.CLOSED


def test_what_was_typed_survives_a_refusal(client, reporter):
    duty = make.assignment(reporter.unit, state=State.ACTIVE, progress=80)
    sign_in(client, reporter)
    page = client.post(
        f"/reports/duties/{duty.id}/reports", data={"progress": "60", "text": "写了很久的一段话"}
    )
    assert page.status_code == 422
    assert "写了很久的一段话" in page.text
    assert "80%" in page.text


def test_a_program_is_not_evidence(client, reporter):
    duty = make.assignment(reporter.unit, state=State.ACTIVE)
    sign_in(client, reporter)
    form = {"progress": "10", "text": "已开工", "files": [(BytesIO(b"MZ\0\0"), "台账.docx")]}
    page = client.post(f"/reports/duties/{duty.id}/reports", data=form)
    assert page.status_code == 422
    assert "类型不支持" in page.text
    assert db.session.scalar(db.select(db.func.count(Evidence.id))) == 0


def test_evidence_is_handed_out_safely_and_only_in_sight(client, reporter):
    duty = make.assignment(reporter.unit, state=State.ACTIVE)
    sign_in(client, reporter)
    form = {
        "progress": "10",
        "text": "已开工",
        "files": [(BytesIO(b"<script>"), "照片.html")],
        "claim": "现场",
    }
    client.post(f"/reports/duties/{duty.id}/reports", data=form)
    evidence = db.session.scalars(db.select(Evidence)).one()
    answer = client.get(f"/reports/evidence/{evidence.id}")
    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Disposition"].endswith(".html.txt")

    sign_in(client, make.user(unit_=make.unit("市教育局")))
    assert client.get(f"/reports/evidence/{evidence.id}").status_code == 404


def test_a_draft_is_kept(client, reporter):
    duty = make.assignment(reporter.unit, state=State.ACTIVE)
    sign_in(client, reporter)
    client.post(f"/reports/duties/{duty.id}/draft", data={"progress": "30", "text": "写到一半"})
    assert db.session.scalars(db.select(ProgressReport)).one().state is FilingState.DRAFT
    assert "写到一半" in client.get(f"/reports/duties/{duty.id}").text


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("中文".encode("gb18030"), "text/plain"),
    ],
)
def test_a_file_is_what_its_content_says(data, expected):
    assert media_type_of(data, "任意.exe") == expected


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"\0\1\2\3"])
def test_other_files_are_refused_in_words(data):
    with pytest.raises(Invalid, match="台账"):
        media_type_of(data, "台账.pdf")
