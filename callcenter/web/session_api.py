"""Signing in and out, and who I am."""

from aiohttp import web

from callcenter.calls.rights import PERMISSIONS
from callcenter.web.access import Access
from callcenter.web.asked import Credentials
from callcenter.web.endpoints import Endpoints, json_response
from callcenter.web.me_shapes import Me
from callcenter.web.settings import Settings
from callcenter.web.shapes import Done
from callcenter.web.visit import COOKIE, Visit

session = Endpoints("session")


@session.post("/session", public=True, answer=Me, words=("wrong_credentials", "too_many_attempts"))
async def sign_in(visit: Visit, credentials: Credentials) -> web.Response:
    """Sign in. Answers with the session cookie; send it with every later request."""
    archive = visit.services.archive
    token, account = await archive.sign_in(credentials.username, credentials.password, visit.address)
    if visit.token:
        await _end(visit)
    me = me_of(await visit.services.in_force.access(account), visit.services.settings)
    return _with_cookie(json_response(me), token, visit.services.settings)


@session.get("/session")
async def who_am_i(visit: Visit) -> Me:
    """Who is signed in, and what the account may do."""
    return me_of(visit.access, visit.services.settings)


@session.delete("/session", public=True, answer=Done)
async def sign_out(visit: Visit) -> web.Response:
    """Sign out. Pages and the telephone of this session are disconnected; does nothing when nobody is signed in."""
    if visit.token:
        await _end(visit)
        if visit.rights is not None:
            await visit.services.archive.note(visit.account.username, "sign_out", address=visit.address)
    response = json_response(Done())
    response.del_cookie(COOKIE, path="/")
    return response


def me_of(access: Access, settings: Settings) -> Me:
    account, grants = access.account, access.grants
    return Me(
        username=account.username,
        name=account.name,
        role=account.role,
        agent=account.agent or None,
        language=account.language,
        groups=account.groups,
        grants=dict(grants),
        permissions=tuple(permission for permission in PERMISSIONS if permission in grants),
        demo=settings.test_phone,
    )


async def _end(visit: Visit) -> None:
    await visit.services.archive.sign_out(visit.token)
    visit.services.pages.end_session(visit.token)
    visit.services.phones.end_session(visit.token)


def _with_cookie(response: web.Response, token: str, settings: Settings) -> web.Response:
    longest_s = int(settings.session_longest_hours * 3600)
    response.set_cookie(
        COOKIE, token, max_age=longest_s, httponly=True, samesite="Strict", secure=settings.secure, path="/"
    )
    return response
