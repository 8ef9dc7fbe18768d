"""The ways a message takes out of the house: one module a channel, all behind ``base.Sender``.

To add one: a module here with ``name``, ``audience``, ``fields``, ``per_minute`` and ``send``, a line in
``queries.SENDERS``, its word in ``models.Channel`` (and a migration), a test against a real local server.
"""
