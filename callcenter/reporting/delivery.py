"""A made report to where it is wanted: the folder, mail, or a webhook."""

import os
import uuid

import msgspec
import sqlalchemy as sa

from callcenter.reporting import mail
from callcenter.reporting.files import File
from callcenter.reporting.made import Made
from callcenter.reporting.settings import Settings
from callcenter.store import deliveries, webhooks
from callcenter.store.report_runs import Run
from callcenter.store.schedules import Schedule


class NotDelivered(Exception):
    """It is made, but could not be handed over; the text says why."""


def deliver(database: sa.Engine, settings: Settings, schedule: Schedule, run: Run, made: Made, now: float) -> str:
    """Where it went, in a few words. Raises NotDelivered."""
    match schedule.way:
        case "folder":
            return _to_folder(settings, made.file)
        case "mail":
            return _by_mail(settings, schedule, made)
        case "webhook":
            return _to_webhook(database, schedule, run, made, now)


def _to_folder(settings: Settings, file: File) -> str:
    """In one step: whoever watches the folder sees whole files only. An older one of the name is replaced."""
    place = settings.folder / file.name
    aside = settings.folder / f".{file.name}.{os.getpid()}"
    try:
        settings.folder.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(file.content)
        aside.replace(place)
    except OSError as error:
        raise NotDelivered(f"{place}: {error.strerror}") from error
    return str(place)


def _by_mail(settings: Settings, schedule: Schedule, made: Made) -> str:
    try:
        files = () if schedule.format == "text" else (made.file,)
        mail.send(settings.mail, mail.letter(settings.mail.sender, schedule.to, made.subject, made.text, files))
    except mail.MailFailed as error:
        raise NotDelivered(str(error)) from error
    except ValueError as error:
        raise NotDelivered(f"the letter cannot be written: {error}") from error
    return ", ".join(schedule.to)


def _to_webhook(database: sa.Engine, schedule: Schedule, run: Run, made: Made, now: float) -> str:
    """Into the webhook's own line, where it is tried for hours."""
    try:
        webhook = webhooks.webhook(database, schedule.to[0] if schedule.to else "")
    except webhooks.UnknownWebhook:
        raise NotDelivered("the webhook is deleted; choose another one") from None
    if not webhook.active:
        raise NotDelivered(f"the webhook {webhook.name} is switched off")
    body = msgspec.json.encode(
        {"type": deliveries.REPORT_READY, "timestamp": made.made_at, "data": made.data}
    ).decode()
    id_ = f"dlv_{uuid.uuid4().hex}"
    deliveries.put(database, webhook, deliveries.REPORT_READY, run.id, body, id_, now)
    return f"{webhook.name} ({id_})"
