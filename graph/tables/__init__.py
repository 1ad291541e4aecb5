"""The generated schema of the user's tables.

In order of control flow:

* `naming`, `names`: GraphQL names of the database's, free of clashes
* `scalars`, `columns`: PostgreSQL types as GraphQL types
* `inputs`, `types`: the inputs, object types and root fields of each table
* `bindings`, `wrapping`: what a generated field stands for; GraphQL's own wrapping types
* `shapes`, `coercion`, `selection`: variables and documents as trees of plain values
* `lower`: a selection as a plan
* `write_inputs`, `write_types`, `rows`, `lower_writes`, `write_compiler`, `write_answering`: the same for mutations
* `compiler`, `answering`: all of that once for each operation and shape, then run
"""
