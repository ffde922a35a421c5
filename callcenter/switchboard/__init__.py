"""Where telephone and people meet the decisions. Pure: what happened goes in, what to do comes out.

state      what is alive now; changed by events alone
evolve     one small function an event: how it changes the state
lines      decisions on what the telephone reports
flows      decisions on callers in a flow
offers     offers made, failed and withdrawn; connecting and after
desk       decisions on what people ask for
recovery   putting the picture right after a restart of the engine or of Asterisk
show       what the pages are shown
switchboard  the entrance to all of it
"""
