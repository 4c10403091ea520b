"""Pages of ``docs/`` that are made from what the program declares: the rules, the data dictionary."""
