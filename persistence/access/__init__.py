"""Roles, keys and the state of callers on PostgreSQL."""
