"""What is owned: accounts, items that are counted and items that are unique, and every transfer.

Read `ledger` first; `audit_log` keeps who gave what to whom.
"""
