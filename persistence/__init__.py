"""How things are kept: PostgreSQL and disks. Imports `domain`, never `graph`."""
