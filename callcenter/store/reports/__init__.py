"""What reports say of a period: one module a report, each with a function that reads it and the struct it gives.

period      from when to when, in which zone, in which steps
filters     of which queues, agents, numbers, dispositions, direction
formulas    every figure's formula, with its version, its variants and what it is called
result      what every report carries: period, filters, formulas used, what does not add up
figures     from tallies (whole numbers, milliseconds) to the figures of METRICS
"""
