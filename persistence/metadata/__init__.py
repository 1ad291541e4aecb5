"""Metadata on PostgreSQL: what is said about tables, functions and relationships, and who may do what with them.

reading     the one statement that reads everything, and what its answer says
rows        metadata as the rows that they are kept as
source      what the schema that is served is made from
repository  reading and writing in a transaction
work        one transaction on metadata, roles and the trail
"""
