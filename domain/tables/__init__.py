"""The table API's own logic, free of GraphQL and SQL text.

In order of control flow:

* `catalog`: what a database holds
* `relationships`: how its tables belong together
* `metadata_document`, `metadata_reading`: what an installation says about its tables, as a document for files and back
* `hasura`: the same, from the metadata of Hasura
* `operators`: the comparisons of the dialect
* `plan`: what one operation asks of the tables
* `secure`: the passes that make a plan safe to run
* `writes`, `secure_writes`: the same for mutations
* `violations`: what a constraint refuses
"""
