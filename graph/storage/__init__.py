"""The slice `storage`: buckets and files.

types         files as clients see them
bucket_types  buckets as clients see them
buckets       finding, making, changing and deleting buckets
changes       moving, copying, changing, deleting and restoring files
deleted       finding deleted files
files         finding files and folders
file_filters  which files, and in what order
stats         what is stored
rules         which roles may do what with files
uploads       adding files, by a form or by an address
downloads     the addresses of files, and of images that are made of them
"""
