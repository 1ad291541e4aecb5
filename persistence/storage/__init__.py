"""Keeps buckets and files.

`work` is one transaction, with the repositories of the other modules in it; `rows` says how rows are read, `reach`
what of them a caller reaches. `file_directory` and `folders` read an index no further than a page: `prefixes` are
ranges of it.
"""
