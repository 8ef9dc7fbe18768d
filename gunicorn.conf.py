"""How gunicorn serves Tracker; options on its command line win."""

import gc
from typing import Any

from gunicorn.glogging import Logger

wsgi_app = "wsgi:app"
bind = "127.0.0.1:8000"
workers = 2
preload_app = True  # loaded once, before the workers part: they start at once and share its memory
# A browser opens connections in advance; a worker without threads would sit waiting on each of them.
worker_class = "gthread"
threads = 4
timeout = 60  # seconds; a large document is read in less
control_socket_disable = True
accesslog = "-"
# The address without its query: that of a calendar feed is a secret. {tracker.user}: who is signed in.
access_log_format = '%(h)s %({tracker.user}e)s "%(m)s %(U)s" %(s)s %(B)s bytes %(M)s ms'
QUIET = ("/static/", "/health/")


class logger_class(Logger):
    """One line for each request that somebody made."""

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        if not environ["PATH_INFO"].startswith(QUIET):
            super().access(resp, req, environ, request_time)


def when_ready(_: Any) -> None:
    """What is loaded stays: a collector that looks at it would copy the shared pages."""
    gc.collect()
    gc.freeze()
