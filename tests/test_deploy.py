"""The production files name real commands and real settings, and agree with one another."""

import os
import re
import runpy
import shlex
import subprocess
from collections.abc import Iterator
from configparser import ConfigParser
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from flask_migrate.cli import db as migrations
from gunicorn.config import Config

from config import from_environment
from tests.conftest import sign_in
from tests.test_house import commands
from tracker.cli import tracker

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
GUIDE = (DEPLOY / "install.zh.md").read_text(encoding="utf-8")
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
SETTING = re.compile(r"\bTRACKER_[A-Z_]+\b")


def unit(path: Path) -> ConfigParser:
    parser = ConfigParser(strict=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]  # names of systemd are written in capitals
    parser.read(path, encoding="utf-8")
    return parser


def run_by_tracker() -> Iterator[list[str]]:
    """The words after ``tracker`` of every command that a unit or the guide runs."""
    lines = [unit(path)["Service"].get(name, "") for path in UNITS for name in ("ExecStart", "ExecStartPre")]
    lines += re.findall(r"as-tracker (tracker [^\n`]*)", GUIDE) + re.findall(r"`(tracker [^`]*)`", GUIDE)
    for line in lines:
        words = shlex.split(line)
        if words and Path(words[0]).name == "tracker":
            yield words[1:]


def test_every_command_exists_with_its_options():
    known: dict[str, click.Command] = dict(commands(tracker)) | dict(commands(migrations, ("db",)))
    seen = set()
    for words in run_by_tracker():
        name = next((" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in known), None)
        assert name, words
        options = {option for parameter in known[name].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, words
        seen.add(name)
    assert seen >= {"scheduler", "db upgrade", "backup", "restore", "doctor", "user add", "verify-audit"}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_a_program_of_ours_with_few_rights(path):
    service = unit(path)["Service"]
    program = Path(shlex.split(service["ExecStart"])[0])
    assert program.parts[:3] == ("/", "opt", "tracker")
    assert os.access(ROOT / program.relative_to("/opt/tracker"), os.X_OK)
    assert service["WorkingDirectory"] == "/opt/tracker"  # where gunicorn.conf.py lies
    assert service["Restart"] == "always"
    assert (service["User"], service["NoNewPrivileges"], service["CapabilityBoundingSet"]) == (
        "tracker",
        "yes",
        "",
    )
    assert (service["ProtectSystem"], service["ProtectHome"], service["UMask"]) == ("strict", "yes", "0077")
    assert unit(path)["Install"]["WantedBy"] == "multi-user.target"


def test_the_settings_are_ours_and_can_be_read(monkeypatch, tmp_path):
    text = (DEPLOY / "tracker.env").read_text(encoding="utf-8")
    known = set(SETTING.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    assert set(SETTING.findall(text + GUIDE + NGINX)) <= known
    shown = subprocess.run(
        ["sh", "-c", f"set -a; . {DEPLOY / 'tracker.env'}; env -0"],
        capture_output=True,
        text=True,
        check=True,
    )
    values = dict(line.split("=", 1) for line in shown.stdout.split("\0") if line.startswith("TRACKER_"))
    for name, value in (values | {"TRACKER_DATA_DIR": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    settings = from_environment()
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["PROXIES"] == 1
    assert settings["BASE_URL"].removeprefix("https://") in NGINX
    assert values["TRACKER_DATA_DIR"] == f"/var/lib/{unit(UNITS[0])['Service']['StateDirectory']}"
    assert values["TRACKER_BACKUP_DIR"] in unit(UNITS[0])["Service"]["ReadWritePaths"]


def test_the_proxy_passes_to_where_the_pages_are_and_lets_uploads_through(monkeypatch, tmp_path):
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path))
    start = unit(DEPLOY / "tracker-web.service")["Service"]["ExecStart"]
    address = re.search(r"--bind (\S+)", start)[1]
    assert set(re.findall(r"proxy_pass http://([^;]+);", NGINX)) == {address}
    megabytes = int(re.search(r"client_max_body_size (\d+)m;", NGINX)[1])
    assert megabytes * 1024 * 1024 >= from_environment()["MAX_CONTENT_LENGTH"]
    assert NGINX.count("{") == NGINX.count("}")


def test_the_proxy_has_its_own_words_for_what_it_refuses_itself():
    shown = re.findall(r"error_page [\d ]+ /(\S+);", NGINX)
    assert set(shown) == {path.name for path in (DEPLOY / "pages").iterdir()}
    for name in shown:
        assert "返回上一页" in (DEPLOY / "pages" / name).read_text(encoding="utf-8")
    assert "log_format tracker" in NGINX  # without the query, which may hold a secret


def test_the_log_has_one_line_a_request_with_who_and_how_long_and_no_secret(
    capsys, monkeypatch, app, client, head
):
    config = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    settings = Config()
    for name in ("accesslog", "access_log_format"):
        settings.set(name, config[name])
    log = config["logger_class"](settings)
    program = app.wsgi_app

    def served(environ, start):
        answer = program(environ, start)
        sent = SimpleNamespace(status="200 OK", sent=3, headers=[])
        asked = environ | {"RAW_URI": environ["REQUEST_URI"]}
        log.access(sent, SimpleNamespace(headers=[]), asked, timedelta(seconds=1.5))
        return answer

    monkeypatch.setattr(app, "wsgi_app", served)
    sign_in(client, head)
    for address in ("/?token=geheim", "/static/tracker.css", "/health/live"):
        client.get(address)

    (line,) = capsys.readouterr().out.splitlines()
    assert line == f'127.0.0.1 {head.username} "GET /" 200 3 bytes 1500 ms'


def test_the_guide_names_files_that_exist():
    for name in re.findall(r"/opt/tracker/([\w./-]+)", GUIDE):
        assert (ROOT / name.rstrip(".")).exists(), name
    for name in re.findall(r"`([\w-]+\.(?:conf|service|env))`", GUIDE):
        assert (DEPLOY / name).exists(), name
    assert os.access(DEPLOY / "as-tracker", os.X_OK)
