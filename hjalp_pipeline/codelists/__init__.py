"""What the law or Danmarks Statistik fixes: kommuner, paragraphs, age groups, ISO classes, quarters.

Each list is a CSV beside its loader. Lists that a statistician maintains (systems, collaborations, approvals) do not
belong here: they are input below the data root and are read by ``storage``.
"""
