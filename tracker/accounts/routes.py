"""Signing in and out, one's own password, and the pages of the administrator and the auditor."""

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask.blueprints import BlueprintSetupState
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug import Response

from tracker import clock
from tracker.accounts import actions, passwords, queries
from tracker.accounts.forms import ChangePasswordForm, SignInForm, UserForm
from tracker.accounts.models import Role, User
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.rules import own_path
from tracker.accounts.session import me
from tracker.accounts.trail import TRAIL, entries, last_verification, timeline, trail
from tracker.accounts.units.routes import bp as units
from tracker.db import db
from tracker.errors import Invalid
from tracker.web.forms import form_page
from tracker.web.pages import page_of, rows_of

bp = Blueprint("accounts", __name__, url_prefix="/accounts")
bp.register_blueprint(units)
login = LoginManager()

WITHOUT_NEW_PASSWORD = {"static", "accounts.sign_in", "accounts.sign_out", "accounts.change_password"}


@bp.record_once
def install(state: BlueprintSetupState) -> None:
    login.init_app(state.app)


@login.user_loader  # type: ignore[untyped-decorator]
def load(session_id: str) -> User | None:
    """The user of a session, whom the server's log names too (gunicorn.conf.py)."""
    user = queries.by_session(session_id)
    request.environ["tracker.user"] = user.username if user else "-"
    return user


@login.unauthorized_handler  # type: ignore[untyped-decorator]
def ask_to_sign_in() -> Response:
    """Lead a stranger to the entrance and back; what was being sent is shown again, not thrown away."""
    entrance = url_for("accounts.sign_in")
    if "HX-Request" in request.headers:
        return make_response("", 401, {"HX-Redirect": entrance})
    if request.method != "GET":
        abort(401)
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))


@bp.before_app_request
def insist_on_a_new_password() -> Response | None:
    """A password that somebody else knows is good for one thing: choosing another."""
    if request.endpoint in WITHOUT_NEW_PASSWORD or not current_user.is_authenticated:
        return None
    return redirect(url_for("accounts.change_password")) if me().must_change_password else None


def enter(user: User) -> None:
    """A new session for ``user``: nothing of the one before is carried over."""
    cookie.clear()
    cookie.permanent = True
    login_user(user)
    request.environ["tracker.user"] = user.username


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response:
    onward = own_path(request.args.get("next", "")) or f"{request.root_path}/"
    if current_user.is_authenticated:
        return redirect(onward)
    form = SignInForm()
    page = form_page("accounts/sign_in.html", form)
    if not form.validate_on_submit():
        return page.answer()
    name, address = form.username.data, request.remote_addr or ""
    user = actions.sign_in(name, form.password.data, address, clock.now())
    db.session.commit()
    if user is None:
        current_app.logger.warning("sign-in refused account=%r address=%s", name, address)
        return page.answer(Invalid("用户名或密码不正确，请检查大小写和输入法后重试"))
    current_app.logger.info("sign-in account=%r address=%s", name, address)
    enter(user)
    return redirect(onward)


@bp.post("/sign-out")
@requires(Permission.ENTER)
def sign_out() -> Response:
    logout_user()
    cookie.clear()
    flash("您已退出")
    return redirect(url_for("accounts.sign_in"))


@bp.route("/password", methods=["GET", "POST"])
@requires(Permission.ENTER)
def change_password() -> Response:
    form = ChangePasswordForm()
    page = form_page("accounts/change_password.html", form, insisted=me().must_change_password)
    if not form.validate_on_submit():
        return page.answer()
    user = me()
    actions.change_password(user, user, clock.now(), form.current_password.data, form.new_password.data)
    db.session.commit()
    enter(user)
    flash("密码已修改，您在其他地方的登录已经失效")
    return redirect(f"{request.root_path}/")


@bp.get("/users")
@requires(Permission.MANAGE)
def users() -> str:
    view = queries.USERS.view(request.args)
    page = page_of(queries.users(view), view.number, view.size)
    choices = [(unit.id, unit.name) for unit in queries.all_units()]
    return render_template("accounts/users.html", view=view, page=page, units=choices, Role=Role)


@bp.route("/users/new", methods=["GET", "POST"])
@requires(Permission.MANAGE)
def create_user() -> Response | str:
    form = UserForm(queries.active_units())
    page = form_page("accounts/user.html", form, user=None)
    if not form.validate_on_submit():
        return page.answer()
    password, columns = passwords.one_time(), form.values | {"unit": queries.get_unit(form.unit.data)}
    user = actions.create_user(me(), clock.now(), password=password, **columns)
    db.session.commit()
    return render_template("accounts/one_time.html", user=user, password=password, is_new=True)


@bp.route("/users/<int:user_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE)
def edit_user(user_id: int) -> Response:
    user = queries.get_user(user_id)
    choices = dict.fromkeys([*queries.active_units(), user.unit])
    form = UserForm(
        list(choices), name=user.name, role=user.role, unit=user.unit_id, phone=user.phone, email=user.email
    )
    del form.username
    page = form_page("accounts/user.html", form, user=user, entries=timeline(user))
    if not form.validate_on_submit():
        return page.answer()
    columns = form.values | {"unit": queries.get_unit(form.unit.data)}
    actions.edit_user(user, me(), clock.now(), **columns)
    db.session.commit()
    flash(f"用户“{user.name}”已保存")
    return redirect(url_for("accounts.users"))


@bp.post("/users/<int:user_id>/reset-password")
@requires(Permission.MANAGE)
def reset_password(user_id: int) -> str:
    user, password = queries.get_user(user_id), passwords.one_time()
    actions.reset_password(user, me(), clock.now(), password)
    db.session.commit()
    return render_template("accounts/one_time.html", user=user, password=password, is_new=False)


@bp.post("/users/<int:user_id>/deactivate")
@requires(Permission.MANAGE)
def deactivate_user(user_id: int) -> Response:
    user = queries.get_user(user_id)
    actions.deactivate_user(user, me(), clock.now())
    db.session.commit()
    flash(f"用户“{user.name}”已停用")
    return redirect(url_for("accounts.edit_user", user_id=user.id))


@bp.post("/users/<int:user_id>/activate")
@requires(Permission.MANAGE)
def activate_user(user_id: int) -> Response:
    user = queries.get_user(user_id)
    actions.activate_user(user, me(), clock.now())
    db.session.commit()
    flash(f"用户“{user.name}”已启用")
    return redirect(url_for("accounts.edit_user", user_id=user.id))


@bp.get("/trail")
@requires(Permission.AUDIT)
def show_trail() -> str:
    view = TRAIL.view(request.args)
    page = rows_of(trail(view), view.number, view.size)
    return render_template(
        "accounts/trail.html",
        view=view,
        page=page,
        entries=entries(page.rows),
        verification=last_verification(),
    )


@bp.post("/trail/verify")
@requires(Permission.AUDIT)
def verify_trail() -> Response:
    verdict = actions.verify_trail(me(), clock.now())
    db.session.commit()
    if verdict.broken_id is None:
        flash(f"留痕完整：{verdict.events}条记录首尾相连，没有被改动过")
    else:
        flash(f"留痕被改动过：第{verdict.broken_id}号记录与前后不符，请立即报告并封存数据库", "danger")
    return redirect(url_for("accounts.show_trail"))
