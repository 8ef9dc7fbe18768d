"""What the strict content policy asks of every template."""

import re
from pathlib import Path

import pytest

# Printed by WeasyPrint or packed into a file, never sent to a browser by us.
PAPER = {
    "paper.html",
    "archives/index.html",
    *(f"circulars/{name}.html" for name in ("paper", "brief", "extract")),
}
TEMPLATES = [
    path
    for path in Path("templates").rglob("*.html")
    if "/".join(path.parts[1:]) not in PAPER and path.parts[1] != "messages"
]


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_no_template_writes_styles_or_scripts_inline(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
    assert all("nonce=" in tag and "src=" in tag for tag in re.findall("<script[^>]*>", text))


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_no_template_fetches_from_elsewhere(path):
    assert not re.search(r'(src|href)="(https?:)?//', path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_every_posting_form_carries_the_token(path):
    text = path.read_text(encoding="utf-8")
    forms = re.findall(r'<form method="post".*?</form>', text, re.S)
    assert all("csrf" in form for form in forms)


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_no_template_imports_what_it_does_not_use(path):
    text = path.read_text(encoding="utf-8")
    for names in re.findall(r"{%-? from \S+ import (.*?) -?%}", text):
        for name in names.replace(" with context", "").split(", "):
            assert len(re.findall(rf"\b{name.split(' as ')[-1]}\b", text)) > 1, name


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_no_template_has_pasted_text_cut_in_silence(path):
    assert "maxlength" not in path.read_text(encoding="utf-8")
