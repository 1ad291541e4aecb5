"""Buckets and files: rows in the database, bytes in an object store.

In order of control flow: `paths`, `buckets` and `files` say what there is, `rules` and `authority` who may do what;
`finding_buckets`, `changing_buckets`, `changing_rules`, `listing_files` and `measuring` are about rows alone;
`uploads` how bytes come in, `signing` makes links that carry one right, `images` say what can be made of a file;
`ports`, `bucket_ports` and `objects` are what is needed from outside, `errors` what can go wrong.
"""
