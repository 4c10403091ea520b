"""A toy statistic, as small as one can be, run by the engine from inbox to a protected release."""
