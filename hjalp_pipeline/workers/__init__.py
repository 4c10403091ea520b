"""Side by side: pieces of one run in processes of their own, on all cores of one machine."""
