"""From a plan to the text of one SQL statement.

In order of control flow:

* `fragments`: SQL as values that only this package can make
* `binder`: the parameters of a statement
* `predicates`: filters
* `json_text`: JSON made by concatenation, the fastest way PostgreSQL has
* `render`: the whole statement
* `writes`: the statements of a mutation
"""
