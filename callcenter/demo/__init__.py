"""A centre to try out: invented people, invented numbers, a week of calls that nobody made.

centre.yaml      agents, staff, queues, the hotline
customers.yaml   who calls
history          a week of calls, as the events they would have left
"""
