"""Finished calls' audio, and messages to mailboxes: what it is called, how it becomes a playable file, and who sees
to it that none is lost.
"""
