"""Automatic call distribution. Pure: routes work items to agents and knows no telephone.

line      an ordered line of ids
agent     what an agent wants, has in hand, and may be offered
router    who is served next by whom
estimate  (with the simulator) how long it will take
"""
