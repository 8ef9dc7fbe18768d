"""清单设置: a page for each of the three lists."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug import Response

from tracker import clock
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.session import me
from tracker.db import db
from tracker.lists import ledger
from tracker.lists.settings import actions
from tracker.lists.settings.forms import settings_form
from tracker.web.forms import form_page

bp = Blueprint("settings", __name__, url_prefix="/settings")


@bp.route("/<any(problems,rectifications,responsibilities):name>", methods=["GET", "POST"])
@requires(Permission.JUDGE)
def edit(name: str) -> Response:
    lists = ledger.list_views()
    form = settings_form(ledger.all_cells(name))(title=lists[name].title)
    page = form_page("lists/settings/edit.html", form, name=name, lists=lists)
    if not form.validate_on_submit():
        return page.answer()
    actions.arrange(name, form.title.data or "", form.arranged, me(), clock.now())
    db.session.commit()
    flash(f"“{form.title.data}”的设置已保存，页面、打印和导出都照此")
    return redirect(url_for("lists.show_list", name=name))


@bp.post("/<any(problems,rectifications,responsibilities):name>/reset")
@requires(Permission.JUDGE)
def reset(name: str) -> Response:
    changed = actions.reset(name, me(), clock.now())
    db.session.commit()
    flash("已恢复原样" if changed else "这张清单就是原样，没有改过")
    return redirect(url_for("lists.show_list", name=name))
