"""All that has to be there before anything starts; every step is quick when it is done already.

steps      steps with their names and times, shown as they go
asterisk   the Asterisk to start, and its configuration
console    the pages, built with a Node of this machine or one from PyPI
flows      the flows as files
centre     the database, and in a demo its agents, customers, flows and accounts
prompts    every text a caller can hear, as audio
privileges another user than root, where the folders allow it
plan       the steps in their order
"""
