"""Who owns what: accounts, counted items and unique items, and every transfer between accounts.

Read in this order: `ledger`, `types`, `state`, `audit_log`.
"""
