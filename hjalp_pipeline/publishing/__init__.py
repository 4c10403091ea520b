"""What a release publishes, and the definition it is made from: csv as the StatBank gives it, microdata, manifest.

Takes tables as data (columns, codes, texts); writes only into the folder it is given.
"""
