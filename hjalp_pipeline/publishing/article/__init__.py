"""The draft of the article a release is told by: written by rules, from what the release publishes and from nothing else."""
