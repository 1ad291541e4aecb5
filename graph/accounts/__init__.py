"""The slice `accounts`: signing up and in, sessions, profiles, passwords.

types          users and sessions as clients see them
results        the unions that mutations answer with
registration   signing up and verifying an address
signing_in     signing in and out, and sessions
profile        what users see and change of themselves
passwords      changing and resetting passwords
"""
