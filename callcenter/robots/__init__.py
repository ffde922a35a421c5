"""Robots with telephones: the demo's callers and agents, and the tests' hands and ears."""
