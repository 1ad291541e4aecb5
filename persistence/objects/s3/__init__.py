"""Objects in a bucket that speaks S3. Modules in order of control flow.

`options` say where it is; `store` is the adapter; `writing` is a whole body that comes in, `uploads` one that comes in
pieces, both cut into `parts` on their way by `sending`; `reading`, `copying` and `removing` are what their names say;
`direct` is what goes past this server; `calls` is one request and what can go wrong with it; `library` is aioboto3,
which is imported when a store is opened.
"""

from persistence.objects.s3.options import S3Options
from persistence.objects.s3.store import S3ObjectStore, open_s3_store

__all__ = ["S3ObjectStore", "S3Options", "open_s3_store"]
