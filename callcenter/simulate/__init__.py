"""The production router on a virtual clock, and the formulas it is checked against. Pure.

calls     what is simulated: calls, workers, queues
trace     calls read from a table, and what became of them as a table
arrivals  calls invented by chance
run       the virtual clock that drives `acd.router`
figures   what a run amounts to: service level, waits, occupancy, by queue, agent and interval
erlang    Erlang B, C and A, and the formulas with a limited number of lines
patience  how long callers wait before they give up (Kaplan-Meier)
what_if   a day that was, with other agents
chart     bars in a terminal, and an SVG
"""
