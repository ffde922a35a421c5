"""Automatic call distribution. Pure: routes work items to agents and knows no telephone.

line        an ordered line
agent       what an agent wants, has in hand, and may be offered
needs       what an item asks of an agent, and how that gives way in time
strategies  which of several idle agents is preferred
lanes       one queue: who waits by needs, who is idle by strategy
router      who is served next by whom
roster      who is on duty, and until when
estimate    how long the wait will be
"""
