"""Finished calls' audio: what it is called, how it becomes a playable file, who sees to it that none is lost."""
