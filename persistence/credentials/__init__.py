"""How secrets are kept and proven: passwords, tokens, one-time codes, and encryption of what the database holds."""
