"""The generated schema of the user's tables.

In order of control flow:

* `naming`: every name that is made from one of the database's
* `names`: the names of a whole catalog, free of clashes
* `scalars`, `operands`: PostgreSQL types as GraphQL types
* `inputs`, `types`, `fields`: the inputs, object types and root fields of each table
* `coercion`, `selection`: variables and documents as trees of plain values
* `lower`: a selection as a plan
"""
