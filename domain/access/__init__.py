"""Access: roles, API keys, and what is known about a caller at this moment."""
