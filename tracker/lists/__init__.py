"""Problems, rectifications and responsibilities: one ledger, three views."""
