"""For all tests."""

from hypothesis import settings

# A busy machine is no failure: how fast something must be is asserted where it matters, not per example.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
