"""A centre to try out: invented people, invented numbers, a week of calls that nobody made.

centre     agents, staff, queues, the hotline (centre.yaml)
customers  who calls (customers.yaml)
visits     when, and how patient they are
history    a week of calls, as the events they would have left
accounts   who can sign in
"""
