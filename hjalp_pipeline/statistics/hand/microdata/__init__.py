"""What researchers get of a release: HANDIC and HANDICM."""
