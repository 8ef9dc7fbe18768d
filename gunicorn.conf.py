"""How gunicorn serves Tracker; options on its command line win."""

wsgi_app = "wsgi:app"
bind = "127.0.0.1:8000"
workers = 2
# A browser opens connections in advance; a worker without threads would sit waiting on each of them.
worker_class = "gthread"
threads = 4
timeout = 60  # seconds; a large document is read in less
control_socket_disable = True
