"""A centre to try out: invented people, invented numbers, a week of calls that nobody made.

centre     agents, staff, queues, the hotline (centre.yaml)
customers  who calls (customers.yaml)
visits     when, and how patient they are
shift      one day of them, moment by moment; crew: its agents; traces: the events a call leaves
history    a week of such days
accounts   who can sign in
"""
