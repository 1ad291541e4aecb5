"""The slice `metadata`: what an installation says about its tables, functions and relationships.

types          metadata as clients see them
arguments      names of tables and JSON that clients give
permissions    what roles may do with tables
tables         which tables are served, and under which names
relationships  relationships by hand, renamed and dropped
functions      functions as fields of rows and as root fields
"""
