"""Tasks and the assignments of units: the ledger."""
