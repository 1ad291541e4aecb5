"""The parts of the composition root, one file a slice; `graph.app` calls them.

services        what several slices share: transactions, tokens, passwords, limits
accounts        signing up, signing in, sessions, profiles
administration  users, roles and keys as admins see them
"""
