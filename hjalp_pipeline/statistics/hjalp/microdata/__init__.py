"""What researchers get of a release: GENHJALP and GENHJALP_G."""
