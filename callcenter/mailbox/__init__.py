"""Mailboxes by telephone: listening with a PIN, and calls and texts that tell of a new message.

Beside the engine, not in it: nobody here is a customer, and nothing depends on the state of the centre. A PIN is
asked for key by key, compared with its hash, and kept nowhere.
"""
