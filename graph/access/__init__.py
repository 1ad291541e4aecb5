"""The slice `access`: roles and API keys.

types   roles and keys as clients see them
roles   reading and changing roles
keys    reading, making, rotating and revoking keys
scopes  what a key can be restricted to
"""
