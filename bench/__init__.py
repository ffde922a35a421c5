"""Measurements of what the design promises, beside what one would use otherwise. `python -m bench --help`."""
