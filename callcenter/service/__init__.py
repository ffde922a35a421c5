"""Asterisk, engine and edge as processes, each restarted alone.

ports        what is listened on, and who has it already
run_lock     one system per data directory
conf         supervisord's configuration
guard        a process that ends with its parent
supervisord  talking to it
engine_door  the engine, asked over its socket
health       whether all is up
runner       from start to stop in the foreground
"""
