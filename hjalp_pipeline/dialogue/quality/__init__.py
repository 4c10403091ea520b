"""The quality declaration of a release: the figures that the source document states by hand, computed (seed 5, 7, 8)."""
