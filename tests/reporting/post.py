"""A real SMTP server on a free port, in a thread of its own."""

import email
import email.policy

from aiosmtpd.controller import Controller

from tests.real_asterisk import free_port


class Letters:
    def __init__(self):
        self.taken = []
        self.refuse = ""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.refuse:
            return self.refuse
        self.taken.append(envelope)
        return "250 OK"

    def last(self):
        return email.message_from_bytes(self.taken[-1].content, policy=email.policy.default)


def served(letters, **options):
    server = Controller(letters, hostname="127.0.0.1", port=free_port(), **options)
    server.start()
    return server
