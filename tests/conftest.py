"""One database for the run, one rolled-back transaction per test; nothing leaves this machine.

``pytest`` runs on SQLite. ``pytest --postgres`` runs every test of the database a second time on PostgreSQL:
one it starts itself, or the one at ``TRACKER_TEST_DATABASE_URL``.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.globals import app_ctx
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import URL, create_engine, event
from sqlalchemy.orm import scoped_session, sessionmaker

from config import from_environment
from tests import make, postgres
from tracker import cli, clock, create_app
from tracker.accounts import passwords
from tracker.accounts.models import Role, User
from tracker.db import db as database
from tracker.db import will_write
from tracker.upkeep import schema

NOW = datetime(2020, 7, 6, 1, 0, tzinfo=UTC)  # Monday 2020-07-06, 09:00 in Beijing
SERVER = "TRACKER_TEST_DATABASE_URL"
TEMPLATES = "TESTS_TEMPLATES"  # the folder of the compiled templates: all programs of a run share them
OWN = {"own_app", "bare_app"}  # fixtures that bring a database of their own
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

Reset = Callable[[], object]

# Why a test may be skipped where everything must run (CI=true); any other reason fails the run.
MAY_SKIP = ("the reference corpus is not here",)

# The same examples each time and no stop-watch: a run says something about the code, not about the machine.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # quick; nobody attacks a test


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgres", action="store_true", help="run the tests of the database on PostgreSQL too"
    )
    parser.addoption("--film", metavar="FOLDER", help="keep pictures of what the browser tests walk through")


def pytest_configure(config: pytest.Config) -> None:
    """Forget the settings of whoever runs the tests; what all workers share is made once."""
    config.addinivalue_line("markers", "database: touches the database though nothing in its module says so")
    config.addinivalue_line("markers", "browser: a person's work from end to end, in a real browser")
    for name in [name for name in os.environ if name.startswith("TRACKER_") and name != SERVER]:
        del os.environ[name]
    if TEMPLATES not in os.environ:
        os.environ[TEMPLATES] = mkdtemp(prefix="tracker-templates-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(TEMPLATES)))
    if config.getoption("postgres") and SERVER not in os.environ:
        stack = ExitStack()
        address = stack.enter_context(postgres.running())
        os.environ[SERVER] = address.render_as_string(hide_password=False)
        config.add_cleanup(stack.close)


def touches_database(test: Any) -> bool:
    """Whether a test needs the program and its database: it asks for it, or its module builds rows."""
    return (
        not {"app", *OWN}.isdisjoint(test.fixturenames)
        or not {"make", "db"}.isdisjoint(vars(test.module))
        or any(test.iter_markers("database"))
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every test its engines; only the second shows in the name."""
    if metafunc.config.getoption("postgres"):
        test = metafunc.definition
        twice = touches_database(test) and "page" not in test.fixturenames  # a browser sees no difference
        engines = ["sqlite", "postgresql"] if twice else ["sqlite"]
        names = [pytest.HIDDEN_PARAM, "postgresql"][: len(engines)]
        metafunc.parametrize("engine", engines, ids=names, indirect=True, scope="session")


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """The kind of database this test runs on: sqlite or postgresql."""
    return getattr(request, "param", "sqlite")


@pytest.fixture(scope="session")
def app(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The program, bound to the database of the run."""
    with ExitStack() as stack:
        if engine == "sqlite":
            url: URL | str = "sqlite://"
        else:
            url = stack.enter_context(_database(WORKER))
        program = stack.enter_context(_program(url, tmp_path_factory.mktemp("data")))
        with program.app_context():
            database.create_all()
            _plain_savepoints(database.engine.dialect)
        yield program


def _do_not_wait(connection: Any, _: object) -> None:
    """For the disk: nobody will miss this data after a crash."""
    connection.execute("PRAGMA synchronous=OFF")


def _plain_savepoints(dialect: Any) -> None:
    """Send savepoints, of which a test sets hundreds, as they are: SQLAlchemy compiles each one anew."""
    dialect.do_savepoint = lambda connection, name: connection.exec_driver_sql(f"SAVEPOINT {name}")
    dialect.do_release_savepoint = lambda connection, name: connection.exec_driver_sql(f"RELEASE {name}")
    dialect.do_rollback_to_savepoint = lambda connection, name: connection.exec_driver_sql(
        f"ROLLBACK TO {name}"
    )


@pytest.fixture(scope="session")
def own_program(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Reset]]:
    """One program for all tests that bring a database of their own, and what empties that database."""
    folder = tmp_path_factory.mktemp("own")
    with ExitStack() as stack:
        if engine == "sqlite":
            file = folder / "tracker.sqlite3"
            own = stack.enter_context(_program(f"sqlite:///{file}", folder))
            _make_tables(f"sqlite:///{file}")
            empty = file.read_bytes()
            yield own, lambda: file.write_bytes(empty)
        else:
            server = postgres.address(os.environ[SERVER])
            url = stack.enter_context(_database(f"{WORKER}-own"))
            made = stack.enter_context(_database(f"{WORKER}-made"))
            own = stack.enter_context(_program(url, folder))
            _make_tables(made)
            yield own, lambda: postgres.create_database(server, url.database, template=made.database)


@pytest.fixture
def own_app(own_program: tuple[Flask, Reset]) -> Iterator[Flask]:
    """The program with an empty database of its own, for tests where several connections commit."""
    own, reset = own_program
    config, extensions = dict(own.config), dict(own.extensions)
    _empty(own.config["DATA_DIR"])
    reset()
    with own.app_context():
        yield own
        database.session.remove()
        database.engine.dispose()
    for kept, before in ((own.config, config), (own.extensions, extensions)):
        kept.clear()
        kept.update(before)


@pytest.fixture
def bare_app(engine: str, tmp_path: Path) -> Iterator[Flask]:
    """As ``own_app``, before there are tables."""
    with ExitStack() as stack:
        if engine == "sqlite":
            url: URL | str = f"sqlite:///{tmp_path / 'tracker.sqlite3'}"
        else:
            url = stack.enter_context(_database(f"{WORKER}-bare"))
        own = stack.enter_context(_program(url, tmp_path))
        with own.app_context():
            yield own


def _make_tables(url: URL | str) -> None:
    maker = create_engine(url)
    database.metadata.create_all(maker)
    maker.dispose()


def _empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


@contextmanager
def _database(name: str) -> Iterator[URL]:
    """An empty PostgreSQL database as long as it is needed."""
    server = postgres.address(os.environ[SERVER])
    yield postgres.create_database(server, f"tracker-{name}")
    postgres.drop_database(server, f"tracker-{name}")


@contextmanager
def _program(url: URL | str, folder: Path) -> Iterator[Flask]:
    os.environ["TRACKER_DATA_DIR"] = str(folder)
    address = url if isinstance(url, str) else url.render_as_string(hide_password=False)
    program = create_app(
        from_environment()
        | {
            "TESTING": True,
            "SECRET_KEY": "test",
            "WTF_CSRF_ENABLED": False,
            "BACKUPS": 0,  # most tests have their database in memory
            "SQLALCHEMY_DATABASE_URI": address,
        }
    )
    schema.install(program)
    program.jinja_env.bytecode_cache = FileSystemBytecodeCache(os.environ[TEMPLATES])
    with program.app_context():
        if database.engine.dialect.name == "sqlite":
            event.listen(database.engine, "connect", _do_not_wait)
    yield program
    with program.app_context():
        database.engine.dispose()


@pytest.fixture(autouse=True)
def transaction(request: pytest.FixtureRequest, engine: str) -> Iterator[None]:
    """Run the test inside a transaction that never commits, on a clock that stands near NOW."""
    will_write(False)  # the last request of the test before may have said otherwise
    if not OWN.isdisjoint(request.fixturenames) or not touches_database(request.node):
        yield
        return
    app = request.getfixturevalue("app")
    with app.app_context():
        clock.set_start(NOW.isoformat())
        connection = database.engine.connect()
        outer = connection.begin()
        plain = database.session
        database.session = scoped_session(  # a session for each app context, as in the program
            sessionmaker(bind=connection, join_transaction_mode="create_savepoint"),
            scopefunc=lambda: id(app_ctx._get_current_object()),
        )
        yield
        database.session.remove()
        database.session = plain
        outer.rollback()
        connection.close()
        _empty(app.config["DATA_DIR"])  # what the test stored goes with its rows


class Browser(FlaskClient):
    """Each request in an app context of its own: ``g`` (and so who is signed in) never leaks into the next.

    What the test changed before is there for the page to see, and the other way round.
    """

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> Any:
        database.session.commit()
        with self.application.app_context():
            answer = super().open(*args, buffered=buffered, **kwargs)
        database.session.expire_all()
        return answer


@pytest.fixture
def client(app: Flask) -> Browser:
    return Browser(app, app.response_class)


def sign_in(client: FlaskClient, user: User) -> None:
    """Let ``client`` be signed in as ``user`` from now on; for the sign-in page itself see tests/accounts."""
    with client.session_transaction() as session:
        session["_user_id"] = user.get_id()
        session["_fresh"] = True


class Outcome(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str


@pytest.fixture
def command(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Outcome]:
    """Run ``tracker ARGUMENTS`` in this process, on the database of the test."""

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr("tracker.create_app", lambda: app)
        monkeypatch.setattr(sys, "argv", ["tracker", *map(str, arguments)])
        database.session.commit()
        with app.app_context(), pytest.raises(SystemExit) as end:
            cli.main()
        database.session.expire_all()
        return Outcome(int(end.value.code or 0), *capsys.readouterr())

    return run


# One user of each role. Reporter and head sit in one unit, the office's people in another.


@pytest.fixture
def reporter(app: Flask) -> User:
    return make.user(Role.REPORTER)


@pytest.fixture
def head(app: Flask) -> User:
    return make.user(Role.HEAD)


@pytest.fixture
def supervisor(app: Flask) -> User:
    return make.user(Role.SUPERVISOR)


@pytest.fixture
def approver(app: Flask) -> User:
    return make.user(Role.APPROVER)


@pytest.fixture
def leader(app: Flask) -> User:
    return make.user(Role.LEADER)


@pytest.fixture
def administrator(app: Flask) -> User:
    return make.user(Role.ADMINISTRATOR)


@pytest.fixture
def auditor(app: Flask) -> User:
    return make.user(Role.AUDITOR)


@pytest.fixture
def stranger(app: Flask) -> User:
    """A reporter of another unit, who should see nothing of ours."""
    return make.user(Role.REPORTER, make.unit("市教育局"))


MAIL_PORTS = {25, 465, 587}


@sys.addaudithook
def _stay_at_home(event: str, arguments: tuple[Any, ...]) -> None:
    """Fail any test that speaks to another machine, or to the mail server of this one."""
    if event != "socket.connect" or not isinstance(address := arguments[1], tuple):
        return
    host, port, *_ = address
    if not ip_address(host).is_loopback or port in MAIL_PORTS:
        pytest.fail(f"this test tried to reach {host} port {port}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything must run, a test skipped for another reason than those agreed fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") != "true" or reporter is None:
        return
    reasons = {report.longrepr[2] for report in reporter.getreports("skipped") if report.longrepr}
    unexpected = [reason for reason in reasons if not any(words in reason for words in MAY_SKIP)]
    if unexpected:
        reporter.write_line(f"skipped for a reason not agreed: {unexpected}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
