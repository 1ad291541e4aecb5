"""Accounts as admins see them: finding, making, changing and deleting users, acting as them, and the trail."""
