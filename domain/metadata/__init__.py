"""Metadata: changing what an installation says about its tables, functions and relationships.

ports          what the use cases need from the outside
situation      metadata beside the database that they are about, and what of them does not fit
permissions    what is wrong with a permission
definitions    what is wrong with names, settings, relationships and functions
dependents     taking away what does not fit any more
changing       one change: checked, kept, noted and served
editing_*      the changes there are
replacing      everything at once, as files do
reading        everything that is kept, and how it fits
use_cases      what the slice offers
"""
