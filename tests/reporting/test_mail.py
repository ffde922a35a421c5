"""Mail to a real SMTP server on a free port: with and without TLS."""

import ssl
from pathlib import Path

import msgspec
import pytest
from aiosmtpd.smtp import AuthResult

from callcenter.reporting import mail
from callcenter.reporting.files import CSV, File
from callcenter.reporting.settings import Mail
from tests.reporting.post import Letters, served

TLS = Path(__file__).parents[1] / "web" / "tls"


@pytest.fixture
def box():
    return Letters()


def letter(text="文本"):
    return mail.letter("cc@example.com", ["a@example.com", "b@example.com"], "话务日报 2026-11-27", text, [FILE])


FILE = File("日报.csv", CSV, "列\r\n1\r\n".encode("utf-8-sig"))


def test_a_letter_arrives_with_its_file(box):
    server = served(box)
    try:
        mail.send(Mail(host="127.0.0.1", port=server.port, encryption="none", sender="cc@example.com"), letter())
    finally:
        server.stop()
    [envelope] = box.taken
    assert envelope.rcpt_tos == ["a@example.com", "b@example.com"] and envelope.mail_from == "cc@example.com"
    message = box.last()
    assert message["Subject"] == "话务日报 2026-11-27"
    assert message.get_body().get_content().strip() == "文本"
    [attached] = message.iter_attachments()
    assert attached.get_filename() == "日报.csv" and attached.get_content().encode() == FILE.content


def test_over_tls_with_a_password(box):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")

    def known(server, session, envelope, mechanism, given):
        right = (given.login, given.password) == (b"cc", b"secret")
        return AuthResult(success=right, handled=right)

    server = served(box, tls_context=context, require_starttls=True, auth_required=True, authenticator=known)
    given = Mail(
        host="127.0.0.1",
        port=server.port,
        sender="cc@example.com",
        username="cc",
        password="secret",
        authority=str(TLS / "certificate.pem"),
    )
    try:
        mail.send(given, letter())
        assert len(box.taken) == 1
        with pytest.raises(mail.MailFailed, match="535"):
            mail.send(replaced(given, password="wrong"), letter())
        with pytest.raises(mail.MailFailed, match="CERTIFICATE_VERIFY_FAILED"):
            mail.send(replaced(given, authority=""), letter())
    finally:
        server.stop()


def replaced(given, **changes):
    return msgspec.structs.replace(given, **changes)


def test_a_refusal_is_told_in_the_server_s_words(box):
    box.refuse = "552 too big"
    server = served(box)
    given = Mail(host="127.0.0.1", port=server.port, encryption="none", sender="cc@example.com")
    try:
        with pytest.raises(mail.MailFailed, match="552 too big"):
            mail.send(given, letter())
    finally:
        server.stop()
    with pytest.raises(mail.MailFailed, match=r"127\.0\.0\.1:"):
        mail.send(given, letter())


def test_without_a_server_it_says_what_to_set():
    with pytest.raises(mail.MailFailed, match=r"reports\.mail\.host"):
        mail.send(Mail(), letter())


def test_a_line_break_becomes_no_header():
    with pytest.raises(ValueError, match="Header"):
        mail.letter("cc@example.com", ["a@example.com\r\nBcc: x@example.com"], "x", "y")
