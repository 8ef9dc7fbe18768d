"""A person's inbox: the digests, and the proof that they were read."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, can, requires
from tracker.accounts.session import me
from tracker.db import db, will_write
from tracker.reminders import actions, queries
from tracker.reminders.board.routes import bp as board
from tracker.reminders.channels import actions as channels
from tracker.reminders.channels.forms import WantsMailForm
from tracker.reminders.channels.queries import line
from tracker.reminders.channels.routes import bp as channel_pages
from tracker.reminders.feeds.routes import bp as feeds
from tracker.reminders.models import Announcement, Channel
from tracker.reminders.notice import Notice, notice_of
from tracker.reminders.policy.routes import bp as policy
from tracker.reminders.slips.routes import bp as slips
from tracker.tasks.models import Assignment
from tracker.tasks.rules import WARN_WORKDAYS, light
from tracker.web.pages import page_of, whole
from tracker.workdays import statutory

bp = Blueprint("reminders", __name__, url_prefix="/reminders")
bp.register_blueprint(channel_pages)
bp.register_blueprint(board)
bp.register_blueprint(policy)
bp.register_blueprint(slips)
bp.register_blueprint(feeds)


@bp.app_template_global()
def late_notice(duty: Assignment) -> Notice | None:
    """For the page of a duty, which lies upstream: why it bears no late mark though its day is past."""
    return notice_of(duty, clock.today())


@bp.get("/")
@requires(Permission.VIEW)
def index() -> str:
    page = page_of(queries.visible_to(me()), request.args.get("page", 1, type=whole) or 1, 20)
    ids = [digest.id for digest in page.rows]
    counts, notes = queries.counts(ids), queries.counts(ids, Announcement)
    unread = queries.unread_ids([digest.id for digest in page.rows])
    by_mail = line(Channel.MAIL).works
    return render_template(
        "reminders/index.html",
        page=page,
        counts=counts,
        notes=notes,
        unread=unread,
        by_mail=by_mail,
        may_oversee=can(me(), Permission.OVERSEE),
    )


@bp.post("/mail")
@requires(Permission.VIEW)
def want_mail() -> Response:
    wants = WantsMailForm().wants_mail.data
    channels.want_mail(me(), me(), clock.now(), wants)
    db.session.commit()
    flash("已打开邮件提醒" if wants else "已关闭邮件提醒，站内提醒照常")
    return redirect(url_for("reminders.index"))


@bp.get("/<int:digest_id>")
@requires(Permission.VIEW)
def show(digest_id: int) -> str:
    """Opening a digest is the proof of notice: the first time is kept."""
    db.session.rollback()  # what read the user: the transaction that writes begins anew and waits its turn
    will_write(True)
    digest = queries.get_digest(me(), digest_id)
    actions.mark_read(digest, me(), clock.now())
    db.session.commit()
    today = clock.today()
    warn_until = statutory().add(today, WARN_WORKDAYS)
    return render_template(
        "reminders/show.html",
        digest=digest,
        objects=queries.objects_due(digest.id),
        said_of=queries.said_of,
        lit=lambda duty: light(duty, duty.submitted_on, today, warn_until),
    )
