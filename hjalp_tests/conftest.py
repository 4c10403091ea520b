"""What all tests share: one hypothesis profile, small because the floors are tested on every change."""

from hypothesis import HealthCheck, settings

# No deadline: the first example of a test pays for what is compiled or imported on the way.
settings.register_profile("hjalp", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hjalp")
