"""Sums kept up to date as calls go on and end: by quarter of an hour (UTC), by day and month (of the centre's zone).

spec        which tallies there are: their keys and what they sum
tables      their tables
of_call     what one call adds: a pure function of its rows
of_agents   what an agent's interval adds
bins        waits and gaps between calls in classes, for distributions
slots       quarters, days and months of moments
keeper      brings the tables up to date by differences
contacts    how soon a caller called again
remake      makes all of it again from the projections
recount     the same sums by plain SQL from the projections
audit       a period recounted from the ledger, calls by their rows, agents by `agents_again`

All sums are whole numbers (milliseconds, thousandths of a score), so the order in which they are added changes
nothing.
"""
