"""How gunicorn serves Tracker; options on its command line win."""

import gc
from typing import Any

wsgi_app = "wsgi:app"
bind = "127.0.0.1:8000"
workers = 2
preload_app = True  # loaded once, before the workers part: they start at once and share its memory
# A browser opens connections in advance; a worker without threads would sit waiting on each of them.
worker_class = "gthread"
threads = 4
timeout = 60  # seconds; a large document is read in less
control_socket_disable = True


def when_ready(_: Any) -> None:
    """What is loaded stays: a collector that looks at it would copy the shared pages."""
    gc.collect()
    gc.freeze()
