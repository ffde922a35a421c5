"""What is wrong with this machine, in plain words, and how to mend it.

finding   what a check finds
machine   disk, limits, files and their rights
programs  Asterisk, the pages, the prompts, the certificate
running   the database, ports and processes
checkup   all checks in their order
"""
