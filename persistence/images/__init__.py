"""Images made of images, each by a process of its own.

processes  the adapter of the port `domain.storage.showing_images.ImageMaker`
orders     what such a process is told
making     what such a process runs
"""
