"""What a user sees when something is refused or fails: Chinese, complete, and what was typed is not lost."""

import secrets
from typing import NamedTuple

from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DisconnectionError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from tracker.db import db
from tracker.errors import DomainError, Invalid, WrongState, is_full


class Words(NamedTuple):
    """A heading and a sentence that says what to do."""

    title: str
    advice: str


OVERTAKEN = "他人刚刚处理过，请刷新后再试"
REFUSED = {
    400: Words("无法受理", "提交的内容不完整或格式不对，请返回检查后重新提交。"),
    401: Words("请先登录", "您还没有登录，或者登录已经过期，请重新登录。"),
    403: Words("没有权限", "您没有进行此操作的权限。如工作需要，请联系系统管理员。"),
    404: Words("没有找到", "您要找的内容不存在，或者不在您的查看范围内。请检查网址，或者从首页重新进入。"),
    405: Words("无法受理", "这个网址不能这样打开，请从首页重新进入。"),
    409: Words("请刷新后再试", "他人刚刚处理过，请刷新后再试。"),
    413: Words("文件太大", "上传的内容超过了系统的上限（单个文件{limit} MB），请压缩或拆分后分次上传。"),
    415: Words("文件类型不支持", "系统不能识别这种文件，请换一种格式后重新上传。"),
    422: Words("填写有误", "有内容没有填写正确，请按提示修改后重新提交。"),
    429: Words("操作过于频繁", "请稍等片刻再试。"),
}
FORGED = Words(
    "页面已过期",
    "为了安全，本次提交没有被受理：页面打开后您重新登录过，或者页面不是从本系统打开的。请返回原页面，刷新后重新提交。",
)
FAILED = Words(
    "系统出错了",
    "系统处理时出现问题，您刚才的操作没有生效。请稍后再试；如果仍然出错，请把下面的错误编号告诉系统管理员。",
)
AWAY = Words(
    "系统暂时不能使用",
    "数据库暂时连接不上或者正忙，您刚才的操作没有生效。请过一分钟再试；如果仍然这样，请告诉系统管理员。",
)
FULL = Words("磁盘已满", "服务器的磁盘已满，您刚才的操作没有保存。请告诉系统管理员，清出空间以后再试。")
NOTICES = "#notices"  # where a page shows what htmx was refused


def install(app: Flask) -> None:
    @app.errorhandler(DomainError)
    def refuse(error: DomainError) -> Response:
        db.session.rollback()
        in_form = "form_page" in g and (g.form_page.part or not _by_htmx())
        if in_form and error.status not in (403, 404):
            page: Response = g.form_page.answer(error)
            return page
        words = Words(REFUSED.get(error.status, REFUSED[400]).title, str(error))
        return _answer(error.status, words, error if isinstance(error, Invalid) else None)

    @app.errorhandler(StaleDataError)
    def overtaken(_: StaleDataError) -> Response:
        return refuse(WrongState(OVERTAKEN))

    @app.errorhandler(IntegrityError)
    def collide(error: IntegrityError) -> Response:
        app.logger.error("refused by the database path=%s", request.path, exc_info=error)
        return refuse(WrongState("没有保存：与已有的记录冲突，可能他人刚刚保存过相同的内容，请刷新后再试"))

    @app.errorhandler(CSRFError)
    def forged(_: CSRFError) -> Response:
        return _answer(400, FORGED)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response | HTTPException:
        if error.response is not None or error.code is None:
            return error
        title, advice = REFUSED.get(error.code, REFUSED[400] if error.code < 500 else FAILED)
        limit = app.config.get("MAX_UPLOAD_MB", 20)
        answer = _answer(error.code, Words(title, advice.replace("{limit}", str(limit))))
        for name in ("Allow", "Retry-After"):
            if name in (headers := dict(error.get_headers())):
                answer.headers[name] = headers[name]
        return answer

    @app.errorhandler(Exception)
    def fail(error: Exception) -> Response:
        """The last resort asks nobody for anything: neither the database nor who is signed in."""
        number = secrets.token_hex(4)
        code, words = _failure(error)
        app.logger.error("error=%s %s %s", number, request.method, request.path, exc_info=error)
        db.session.rollback()
        page = app.jinja_env.get_template(_template()).render(
            code=code, words=words, number=number, bare=True, typed=_typed(), details=[]
        )
        return _aimed(make_response(page, code))


def _failure(error: Exception) -> tuple[int, Words]:
    """What a fault of the machine is to the user; FAILED when it is one of the program."""
    if is_full(error):
        return 507, FULL
    if isinstance(error, OperationalError | PoolTimeout | DisconnectionError):
        return 503, AWAY
    return 500, FAILED


def _answer(code: int, words: Words, wrong: Invalid | None = None) -> Response:
    page = render_template(
        _template(),
        code=code,
        words=words,
        details=list(wrong.fields.values()) if wrong else [],
        typed=[] if code == 413 else _typed(),
        again=_again(wrong) if wrong else [],
    )
    return _aimed(make_response(page, code))


def _by_htmx() -> bool:
    return "HX-Request" in request.headers


def _template() -> str:
    return "_refusal.html" if _by_htmx() else "error.html"


def _aimed(answer: Response) -> Response:
    """A refusal of a part of a page goes to the page's notices, whatever part was asked for."""
    if _by_htmx():
        answer.headers["HX-Retarget"] = NOTICES
        answer.headers["HX-Reswap"] = f"innerHTML show:{NOTICES}:top"
    return answer


def _again(wrong: Invalid) -> list[tuple[str, str, str | None]]:
    """What was posted, to be put right on the spot: name, text, and what to say of a field that is shown.

    Nothing where a file or a password came with it: no page gives those back.
    """
    if request.files or any("password" in name for name in request.form):
        return []
    said = [
        (name, text) for name in request.form if name != "csrf_token" for text in request.form.getlist(name)
    ]
    return [(name, text, wrong.fields.get(name, None if text.isascii() else "")) for name, text in said]


def _typed() -> list[str]:
    """The Chinese the user had written into the refused form, so that nobody writes it twice."""
    return [
        text
        for name, texts in request.form.lists()
        if "password" not in name
        for text in texts
        if not text.isascii()
    ]
