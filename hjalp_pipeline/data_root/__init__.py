"""What a data root has to hold: its description, an empty one (``hjalp init``), what is wrong with this one (``hjalp check``)."""
