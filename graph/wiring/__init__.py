"""The parts of the composition root; `graph.app` calls them.

database          where the database is, and how it is opened
credentials       passwords and tokens as the settings say
services          what several slices share: transactions, tokens, passwords, limits, the state of callers
accounts          signing up, signing in, sessions, profiles
second_factor     one-time codes
openid            sign-in at providers
access            roles and API keys
metadata          what is said about tables, functions and relationships
administration    users as admins see them
first_superadmin  by settings, or by a link
jobs              the worker, and what it does
"""
