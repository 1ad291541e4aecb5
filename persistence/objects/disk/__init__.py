"""Objects as files of a folder. Modules in order of control flow.

`store` is the adapter; `writing` is a whole body that comes in, `uploads` one that comes in pieces; `staged` is a file
that is being written; `reading`, `copying`, `listing`, `probing` and `sweeping` are the rest of the port. `layout` says
where files are and whose; `work` runs it all in threads and tells what went wrong.
"""

from persistence.objects.disk.store import DiskObjectStore, open_disk_store

__all__ = ["DiskObjectStore", "open_disk_store"]
