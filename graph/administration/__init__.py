"""The slice `administration`: accounts as admins see them.

filters      which users, and in what order
users        finding users
changes      making, changing and deleting users, and acting as them
set_up       making the first superadmin
trail        what was done to accounts, roles and keys
"""
