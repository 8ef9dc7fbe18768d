"""What every answer says about itself: content policy, framing, caching; static files may be kept."""

import hashlib
import os
import secrets
from functools import cache
from pathlib import Path

from flask import Flask, Response, g, request

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
A_YEAR = 365 * 24 * 3600


def csp_nonce() -> str:
    """The word that marks this answer's own scripts; one per request."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def install(app: Flask) -> None:
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    static = Path(app.static_folder or "")

    @cache
    def print_of(filename: str, changed: int) -> str:
        """The first letters of the file's hash."""
        return hashlib.sha256((static / filename).read_bytes()).hexdigest()[:12]

    def asset(filename: str) -> str:
        """The address of a static file, which changes when the file does."""
        name = print_of(filename, os.stat(f"{app.static_folder}/{filename}").st_mtime_ns)
        return f"{request.root_path}{app.static_url_path}/{filename}?v={name}"

    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def describe(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=csp_nonce()))
        response.headers.update(FIXED)
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
        if request.endpoint == "static" and "v" in request.args:
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
        elif request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response
