"""The laws of the house, checked by reading the code and asking the program about itself."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from flask.cli import FlaskGroup

from tests import readme
from tracker.cli import tracker

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "tracker").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
DOORS = {"routes.py", "api.py", "jobs.py", "scheduler.py"}  # and the commands, tracker/cli
PUBLIC = {
    "static",
    "accounts.sign_in",
    "circulars.ask_code",
    "circulars.show_code",
    "monitor.live",
    "monitor.ready",
    "reminders.feeds.fetch",
}
CHINESE = re.compile("[\u4e00-\u9fff]")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


def nodes(*kinds: type[ast.AST]) -> Iterator[tuple[Path, Any]]:
    """Every node of these kinds in the program, with the file it stands in."""
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if isinstance(node, kinds):
                yield path, node


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


# Routes


def test_every_route_names_its_permission(app):
    bare = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "permission")
    ]
    assert set(bare) <= PUBLIC


def test_url_parameters_are_typed(app):
    for rule in app.url_map.iter_rules():
        assert all(":" in parameter for parameter in re.findall("<([^>]*)>", rule.rule)), rule.rule


def test_paths_are_kebab_case(app):
    for rule in app.url_map.iter_rules():
        assert re.fullmatch("[a-z0-9/.-]*", re.sub("<[^>]*>", "", rule.rule)), rule.rule


def test_reading_changes_nothing(app):
    """A link, a prefetch or a crawler must not move anything: what moves is posted."""
    moving = {step.action for machine in readme.MACHINES for step in machine.steps}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[-1] in moving:
            assert "GET" not in rule.methods, rule.rule


# Transactions, time, state


def test_only_doors_commit():
    commits = [
        place(path, call)
        for path, call in nodes(ast.Call)
        if getattr(call.func, "attr", "") == "commit" and path.name not in DOORS and path.parent.name != "cli"
    ]
    assert commits == []


CLOCKS = re.compile(
    r"\bdatetime\.(now|utcnow|today)\(|\bdate\.today\(|\btime\.(time|time_ns|localtime|gmtime)\("
    r"|\bfrom time import|\bfunc\.(now|current_\w+|localtime\w*)\b|\bCURRENT_(DATE|TIME)|'now'"
)


def test_only_the_clock_reads_the_clock():
    readers = [path for path in SOURCES if CLOCKS.search(text_of(path))]
    assert [path.name for path in readers] == ["clock.py"]


def test_only_the_workflow_sets_a_state():
    writers = {place(path, part) for path, part in nodes(ast.Attribute) if sets_state(part)}
    writers |= {place(path, call) for path, call in nodes(ast.Call) if updates_state(call)}
    assert {writer.split(":")[0] for writer in writers} == {"tracker/workflow.py"}


def sets_state(part: ast.Attribute) -> bool:
    return part.attr == "state" and isinstance(part.ctx, ast.Store | ast.Del)


def updates_state(call: ast.Call) -> bool:
    """Behind the back of the objects: in bulk, or by a name in a string."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name == "values":
        return any(word.arg == "state" for word in call.keywords)
    return name == "setattr" and "'state'" in ast.unparse(call)


# Events


def records() -> list[tuple[str, ast.Call]]:
    """Where events are written down, and the calls that do it."""
    return [
        (place(path, call), call)
        for path, call in nodes(ast.Call)
        if ast.unparse(call.func) in ("audit.record", "record")
    ]


def test_every_event_says_in_chinese_what_happened():
    """Machines take the words from their tables, everything else writes them where it happens."""
    for where, call in records():
        kind, words = call.args[:2]
        if isinstance(kind, ast.Constant):
            assert re.fullmatch(r"[a-z_]+\.[a-z_]+", kind.value), where
        if isinstance(words, ast.Constant):
            assert CHINESE.search(words.value), where
        else:
            assert isinstance(words, ast.Attribute | ast.Name), where


def test_an_event_kind_is_always_called_the_same():
    said = {kind: {label} for kind, label in steps()}
    for _, call in records():
        if all(isinstance(argument, ast.Constant) for argument in call.args[:2]):
            said.setdefault(call.args[0].value, set()).add(call.args[1].value)
    assert {kind: words for kind, words in said.items() if len(words) > 1} == {}


def steps() -> set[tuple[str, str]]:
    return {
        (f"{machine.subject}.{step.action}", step.label)
        for machine in readme.MACHINES
        for step in machine.steps
    }


# Templates (what the content policy asks of them: tests/web/test_templates.py)


def test_every_template_parses(app):
    for path in TEMPLATES:
        if path.suffix in (".html", ".txt", ".md"):
            app.jinja_env.parse(text_of(path), str(path))


def test_no_template_is_unused():
    everything = [text_of(path) for path in (*SOURCES, *TEMPLATES)]
    for path in TEMPLATES:
        name = path.relative_to(ROOT / "templates")
        words = name.parts[1] if name.parts[0] == "messages" else str(name)
        assert any(re.search(rf"""["'/]{re.escape(words)}["'/]""", text) for text in everything), name


# What is written down


def test_readme_is_what_the_code_says():
    text = text_of(readme.README)
    assert readme.renewed(text) == text, "run: .venv/bin/python -m tests.readme"


@pytest.mark.parametrize("file", ["README.md", ".env.example"])
def test_every_setting_is_explained(file):
    name = re.compile(r"\bTRACKER_[A-Z_]+\b")
    settings = {found for path in (ROOT / "config.py", *SOURCES) for found in name.findall(text_of(path))}
    assert set(name.findall(text_of(ROOT / file))) == settings


def test_every_module_says_what_lives_here():
    for path in SOURCES:
        said = (ast.get_docstring(tree(path)) or "").split("\n\n")[0]
        assert said.endswith((".", "。", "?")), path


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield " ".join((*path, name)), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


FLASKS_OWN = {"run", "shell", "routes", "db"}


def test_every_command_and_option_is_explained_in_chinese():
    assert isinstance(tracker, FlaskGroup)
    for name, command in commands(tracker):
        if name.split()[0] not in FLASKS_OWN:
            assert CHINESE.search(command.help or ""), name
            for option in command.params:
                if isinstance(option, click.Option):
                    assert CHINESE.search(option.help or ""), f"{name} {option.opts[0]}"


# What does not belong here


def committed() -> list[Path]:
    """The files of the repository; without git, whatever lies here."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = listing.stdout.split("\0") if listing.returncode == 0 else []
    return [ROOT / name for name in names if name and (ROOT / name).is_file()] or [*SOURCES, *TEMPLATES]


def texts() -> Iterator[tuple[Path, str]]:
    for path in committed():
        if "vendor" not in path.parts:
            try:
                yield path.relative_to(ROOT), text_of(path)
            except UnicodeDecodeError:
                continue


def test_nothing_points_to_one_machine():
    homes = re.compile(r"(?<![\w.])/(root|home/\w|Users/\w)|(?<![\w.])/tmp/[a-z]")
    folder = f"{ROOT.parent}{os.sep}"
    for path, text in texts():
        assert not homes.search(text), path
        assert len(folder) < 3 or folder not in text, path


def test_only_tests_look_beside_the_repository():
    for path, text in texts():
        assert path.parts[0] == "tests" or "../shared" not in text, path


def test_requirements_name_no_place_to_download_from():
    for path in ROOT.glob("requirements*"):
        assert not re.search(r"://|^--(extra-)?(index|find|trusted)", text_of(path), re.M), path


def test_every_script_can_be_run():
    for path in [*(ROOT / "bin").iterdir(), ROOT / ".ci" / "run"]:
        assert os.access(path, os.X_OK), path


def test_a_start_loads_nothing_that_few_requests_need(tmp_path):
    """What brings the documents' reader, paper or another office's formats along is loaded where it is used."""
    libraries = {"docx", "icalendar", "openpyxl", "pdfplumber", "pypdfium2", "urllib3", "weasyprint"}
    rare = {"tracker.documents.parse", "tracker.documents.deadlines"} | libraries
    asked = f"import sys, wsgi; print(*sorted({rare} & set(sys.modules)))"
    started = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env=os.environ | {"TRACKER_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert started.stdout.split() == []
