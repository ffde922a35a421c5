"""Every endpoint of the API, and the document that describes them."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from callcenter.web.agent_api import agent
from callcenter.web.audit_api import audit
from callcenter.web.callbacks_api import callbacks
from callcenter.web.calls_api import calls
from callcenter.web.centre_api import centre
from callcenter.web.customer_cards_api import cards
from callcenter.web.customer_files_api import files
from callcenter.web.customers_api import customers
from callcenter.web.desk_api import desk
from callcenter.web.dial_api import dial
from callcenter.web.doctor_api import doctor
from callcenter.web.endpoints import Endpoint, Endpoints
from callcenter.web.floor_api import floor
from callcenter.web.flows_api import flows
from callcenter.web.inbox_api import box
from callcenter.web.mailboxes_api import boxes
from callcenter.web.messages_api import messages
from callcenter.web.music_api import music
from callcenter.web.notices_api import notices
from callcenter.web.openapi import document
from callcenter.web.phone_api import phone
from callcenter.web.planned_api import planned
from callcenter.web.prompt_studio_api import studio
from callcenter.web.prompts_api import prompts
from callcenter.web.quality_api import scoring
from callcenter.web.queues_api import figures
from callcenter.web.recording_api import recording
from callcenter.web.recordings_api import recordings
from callcenter.web.report_times_api import times
from callcenter.web.reports_api import reports
from callcenter.web.roles_api import role
from callcenter.web.rooms_api import rooms
from callcenter.web.schedules_api import plans
from callcenter.web.session_api import session
from callcenter.web.system_api import system
from callcenter.web.talk_api import talk
from callcenter.web.texts_api import texts
from callcenter.web.trunks_api import trunks
from callcenter.web.users_api import users
from callcenter.web.visit import Visit
from callcenter.web.webhooks_api import hooks

about = Endpoints("about")


@about.get("/openapi.json", public=True)
async def openapi(_visit: Visit) -> dict[str, Any]:
    """This document."""
    return document(ENDPOINTS, _version())


def _version() -> str:
    try:
        return version("callcenter")
    except PackageNotFoundError:
        return "0"


ENDPOINTS: list[Endpoint] = [
    endpoint
    for noun in (
        session,
        centre,
        phone,
        agent,
        talk,
        dial,
        desk,
        floor,
        notices,
        rooms,
        calls,
        recording,
        recordings,
        scoring,
        callbacks,
        messages,
        box,
        texts,
        boxes,
        files,  # before the cards: `export` is no card's id
        customers,
        cards,
        figures,
        system,
        audit,
        users,
        role,
        trunks,
        studio,
        prompts,
        music,
        reports,
        times,
        hooks,
        plans,
        planned,
        doctor,
        flows,
        about,
    )
    for endpoint in noun.all
]
