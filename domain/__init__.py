"""What the product does: entities, use cases and the ports they need. Imports the standard library only.

In order of control flow:

* `actor`: who is asking
* `errors`: what can go wrong
* `tables`: the catalog of a database, the plan of an operation, and the passes that secure a plan
"""
