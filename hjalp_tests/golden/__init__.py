"""The bytes of the demo's releases, so that no rebuilding moves a figure unseen."""
