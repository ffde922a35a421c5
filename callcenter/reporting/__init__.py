"""Reports as tables and files, sent out on a schedule; finished calls to webhooks. I/O."""
