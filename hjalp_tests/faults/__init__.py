"""Faults at every moment: the disk refuses a write, a rename, a flush, or the process is gone; then the command is repeated."""
