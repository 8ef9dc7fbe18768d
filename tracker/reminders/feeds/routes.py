"""The page on which a person opens, renews and closes the calendar feed; and the feed itself."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug import Response
from werkzeug.exceptions import TooManyRequests

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.db import db, will_write
from tracker.reminders.feeds import actions, queries
from tracker.reminders.messages import link
from tracker.workdays import statutory

bp = Blueprint("feeds", __name__)


@bp.get("/feed")
@requires(Permission.VIEW)
def show_feed() -> str:
    return render_template("reminders/feeds/show.html", feed=queries.feed_of(me()), address="")


@bp.post("/feed")
@requires(Permission.VIEW)
def open_feed() -> str:
    """A new address, shown this once; an old one is worthless from now on."""
    key = actions.open_feed(me(), clock.now())
    db.session.commit()
    address = f"{link('reminders.feeds.fetch')}?key={key}"
    return render_template("reminders/feeds/show.html", feed=queries.feed_of(me()), address=address)


@bp.post("/feed/close")
@requires(Permission.VIEW)
def close_feed() -> Response:
    actions.close_feed(me(), clock.now())
    db.session.commit()
    flash("日历订阅已停用，原来的地址不能再用")
    return redirect(url_for(".show_feed"))


@bp.get("/calendar.ics")
def fetch() -> Response:
    """The feed: who knows the key may read it. The key is no part of the path, which stands in logs."""
    from tracker.reminders.feeds import ics  # here: few requests need what it loads

    will_write(True)
    now, today = clock.now(), clock.today()
    feed = queries.get_feed(actions.hash_of(request.args.get("key", "")))
    is_fair = actions.fetch(feed, now)
    found = queries.entries(feed.user, today)
    host = urlsplit(current_app.config["BASE_URL"]).netloc
    content = ics.calendar_of(feed.user, found, host, today, statutory())
    db.session.commit()
    if not is_fair:
        raise TooManyRequests("一小时内读取太多次", retry_after=int(actions.HOUR.total_seconds()))
    answer = Response(content, mimetype="text/calendar", headers={"Cache-Control": "private, no-cache"})
    answer.headers["Content-Disposition"] = 'inline; filename="tracker.ics"'
    answer.add_etag()
    return answer.make_conditional(request)
