"""Flows as data. Pure: no clock, no I/O, no randomness.

flow           a flow: nodes by id
nodes          the kinds of nodes, one file each
session        running a flow from wait to wait
step           what a run hands out
values         what a flow remembers; expression, evaluation, functions: what is worked out from it
template       texts with values in them; saying: how values are said
scenario       a caller who does what is written down, and the transcript; scenario_file: such files
callback_flow  the flow that is built in: how a waiting caller is asked about a callback
parse          YAML -> flow, every problem with its file, line and node
known          what the flows of a centre may name
spoken         work numbers, positions and waits as they are said
phrases        the sentences that are always the same
spoken_values  numbers, money, dates, times and digits as they are said
pieces         what all of those are put together from: a studio voice needs to speak no more
ranges         waits in round minutes, for spoken sentences, pages and reports alike
telephone      which numbers may be called back, and how they are read out
outline        what can be drawn of a flow, also of one with mistakes; plain: its YAML as data
forms          which fields the nodes of a kind have, told by watching it read its example
difference     what distinguishes two versions
repertoire     all that a centre can say, to be rendered beforehand
inventory      every text with where it is spoken: the list of a voice studio
"""
