"""How accounts are kept: the repositories of one transaction, on SQLAlchemy."""
