"""What the command line shows: runs a job and says in a terminal what came of it."""
