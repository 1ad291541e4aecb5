"""Users as admins see them, and the trail."""
