"""Jobs: work that is enqueued in the transaction of an act and done later, kept by procrastinate in PostgreSQL.

registry   what jobs there are; imports nothing slow
deferring  enqueues one
worker     runs them beside the server or alone, and starts again when the database was gone
running    one run of procrastinate's worker
connector  its connections
waiting    whether a due job waits too long
"""
