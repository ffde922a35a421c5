"""Flows as data. Pure: no clock, no I/O, no randomness.

flow        a flow: nodes by id
nodes       the kinds of nodes, one file each
session     running a flow from wait to wait
step        what a run hands out
parse       YAML -> flow, every problem with its file, line and node
spoken      numbers, work numbers, positions and durations as they are said
repertoire  all that a centre can say, to be rendered beforehand
"""
