"""Mail over SMTP, with files. Called in threads: it waits for the server."""

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from callcenter.reporting.files import File
from callcenter.reporting.settings import Mail


class MailFailed(Exception):
    """The server did not take it; the text says why."""


def letter(sender: str, to: Sequence[str], subject: str, text: str, files: Sequence[File] = ()) -> EmailMessage:
    """Raises ValueError for a line break where there must be none."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, ", ".join(to), subject
    message["Date"], message["Message-ID"] = formatdate(localtime=False), make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    for file in files:
        main, _, sub = file.media_type.partition("/")
        charset = {"charset": "utf-8"} if main == "text" else None
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name, params=charset)
    return message


def send(mail: Mail, message: EmailMessage) -> None:
    """Raises MailFailed."""
    if not mail.host or not mail.sender:
        raise MailFailed("no mail server is set: give reports.mail.host and reports.mail.sender in config.yaml")
    try:
        with _connected(mail) as server:
            if mail.username:
                server.login(mail.username, mail.password)
            refused = server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        raise MailFailed(f"{mail.host}:{mail.port}: {_said(error)}") from error
    if refused:
        raise MailFailed(f"{mail.host}:{mail.port}: refused {', '.join(refused)}")


def _connected(mail: Mail) -> smtplib.SMTP:
    if mail.encryption == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=mail.timeout_s, context=_context(mail))
    server = smtplib.SMTP(mail.host, mail.port, timeout=mail.timeout_s)
    if mail.encryption == "starttls":
        try:
            server.starttls(context=_context(mail))
        except Exception:
            server.close()
            raise
    return server


def _context(mail: Mail) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=mail.authority or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        told = error.smtp_error
        return f"{error.smtp_code} {told.decode('utf-8', 'replace') if isinstance(told, bytes) else told}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "refused " + ", ".join(error.recipients)
    return str(error) or type(error).__name__
