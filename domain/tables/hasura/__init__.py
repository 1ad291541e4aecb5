"""From the metadata of Hasura v2 to `Metadata`, and a list of every part that is not taken.

In order of control flow:

* `importing`: the whole document, as of `export_metadata`; its older forms too
* `tables`: an entry of `tables` with its relationships, names and computed fields
* `permissions`: of one table
* `rules`: boolean expressions, in one spelling
* `functions`: an entry of `functions`
* `tracked`: what Hasura does not serve because it is not tracked
* `report`: what was not taken, where, and why
"""
