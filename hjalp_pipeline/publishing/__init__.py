"""What a release publishes, and the definition it is made from: csv as the StatBank gives it, PX, JSON-stat, microdata, codebook.

Takes tables and registers as data (columns, codes, texts); writes only into the folder it is given.
"""
