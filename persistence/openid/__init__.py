"""OpenID providers over HTTP: what they say of themselves, their tokens, and who their users are."""
