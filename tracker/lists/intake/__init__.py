"""Problems on their way into the ledger: by hand, with all that is known at the start, and amended later."""
