"""The command line: one command a file, each with `add_arguments(parser)` and `run(args) -> exit code`.

argparse, since a command here takes a few options at most and a person should not wait for an import:
the command's own module is imported only when it is called, and it imports what it needs inside `run`.

speech     the language of this terminal
errors     what ends a command with a message
table      lists in columns that fit Chinese and English
"""
