"""Where the bytes of files are kept: two adapters of the port `domain.storage.objects.ObjectStore`.

taking     a body as it passes: gathered into blocks, counted, hashed, refused as soon as it cannot fit
threads    work for threads, with a time limit
disk       the store in a folder
s3         the store in a bucket that speaks S3
"""
