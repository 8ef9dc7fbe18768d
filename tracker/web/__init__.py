"""The hallway: what all doors share. Knows no user and no room."""

from flask import Flask, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from tracker.db import will_write
from tracker.web import errors, filters, headers
from tracker.web.pages import LARGEST_NUMBER

READING = ("GET", "HEAD", "OPTIONS")


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address, as far as a database can be asked for it; beyond that nothing is found."""

    def __init__(self, map: Map, max: int = LARGEST_NUMBER) -> None:
        super().__init__(map, max=max)


def install(app: Flask) -> None:
    """Give every page its headers, its filters, its error pages and the check against forged requests."""

    @app.before_request
    def announce() -> None:
        will_write(request.method not in READING)

    if proxies := app.config.get("PROXIES"):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    app.url_map.converters["int"] = RowNumber
    app.config["WTF_I18N_ENABLED"] = False  # the forms bring their own language, see Form.Meta
    headers.install(app)
    filters.install(app)
    CSRFProtect(app)
    errors.install(app)
