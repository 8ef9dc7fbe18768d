"""The hallway: what all doors share. Knows no user and no room."""

from flask import Flask, request
from flask_wtf import CSRFProtect

from tracker.db import will_write
from tracker.web import errors, filters, headers

READING = ("GET", "HEAD", "OPTIONS")


def install(app: Flask) -> None:
    """Give every page its headers, its filters, its error pages and the check against forged requests."""

    @app.before_request
    def announce() -> None:
        will_write(request.method not in READING)

    headers.install(app)
    filters.install(app)
    CSRFProtect(app)
    errors.install(app)
