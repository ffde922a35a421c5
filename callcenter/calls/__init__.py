"""The words every room shares. Pure: no clock, no I/O, no randomness.

centre      the centre document: who works here, which queues and numbers there are
signals     what the telephone reports (Asterisk's events and AGI requests, translated)
requests    what people ask for (buttons in the page), with the error words they can get back
events      what has happened, as it is written into the ledger: the only thing that changes state
commands    what is to be carried out by the telephone
interaction one customer's contact and its legal phases
numbers     telephone numbers, normalised once
"""
