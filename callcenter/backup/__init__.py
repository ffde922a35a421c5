"""A copy of everything that cannot be made again, taken while calls run, and put back where nothing is."""
