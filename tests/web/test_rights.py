"""Every endpoint asks for the permission that is expected of it, whoever comes."""

from typing import Any

import msgspec
import pytest

from callcenter.calls.centre import Agent, Centre, RoleRights
from callcenter.calls.rights import PERMISSIONS, Permission, Scope
from callcenter.web.access import Account
from callcenter.web.endpoints import Endpoint
from callcenter.web.routes import ENDPOINTS
from tests.web.fake_archive import ACCOUNTS
from tests.web.floor import SALES, centre
from tests.web.house import House

PUBLIC, SIGNED_IN = "public", "signed in"
NEEDS_PHONE = ("take_calls", "transfer", "dial_out")
BESIDES: dict[str, tuple[Permission, ...]] = {
    "GET /customers/export": ("see_customers",),
    "GET /reports/{name}/export": ("see_figures",),
    "GET /reports/{name}/calls": ("see_figures",),
    "GET /inbox/export": ("take_messages",),
}
"""What an endpoint asks for beyond the one permission: of what it gives away."""

EXPECTED = {
    "POST /session": PUBLIC,
    "GET /session": SIGNED_IN,
    "DELETE /session": PUBLIC,
    "GET /centre": SIGNED_IN,
    "GET /centre/document": "edit_centre",
    "GET /centre/schema": "edit_centre",
    "POST /centre/check": "edit_centre",
    "PUT /centre/document": "edit_centre",
    "GET /phone": "take_calls",
    "GET /flows": "see_flows",
    "GET /node-titles": SIGNED_IN,
    "GET /flows/kinds": "see_flows",
    "POST /flows/check": "edit_flows",
    "POST /flows/rehearse": "edit_flows",
    "POST /flows/speak": "edit_flows",
    "GET /flows/{id}": "see_flows",
    "PUT /flows/{id}/draft": "edit_flows",
    "DELETE /flows/{id}/draft": "edit_flows",
    "POST /flows/{id}/publish": "publish_flows",
    "GET /flows/{id}/versions": "see_flows",
    "GET /flows/{id}/versions/{version}": "see_flows",
    "POST /flows/{id}/restore": "publish_flows",
    "POST /flows/{id}/retire": "publish_flows",
    "POST /flows/{id}/rollback": "publish_flows",
    "POST /flows/{id}/compare": "see_flows",
    "GET /flows/{id}/today": "see_flows",
    "GET /test-phone": PUBLIC,
    "POST /agent/sign-in": "take_calls",
    "POST /agent/sign-out": "take_calls",
    "POST /agent/ready": "take_calls",
    "POST /agent/pause": "take_calls",
    "POST /agent/reject": "take_calls",
    "POST /agent/end-call": "take_calls",
    "POST /agent/wrap-up/extend": "take_calls",
    "POST /agent/wrap-up/end": "take_calls",
    "GET /agents/me/today": "take_calls",
    "POST /agent/answer": "take_calls",
    "POST /agent/hold": "take_calls",
    "POST /agent/survey": "take_calls",
    "POST /agent/keys": "take_calls",
    "POST /agent/mute": "take_calls",
    "POST /agent/transfer": "transfer",
    "POST /agent/consult": "transfer",
    "POST /agent/consult/end": "transfer",
    "POST /agent/consult/complete": "transfer",
    "POST /agent/consult/share": "transfer",
    "POST /agent/dial": "dial_out",
    "GET /desk/settings": SIGNED_IN,
    "GET /agents/me/missed": "take_calls",
    "POST /floor/listen": "listen",
    "POST /floor/listen/stop": "listen",
    "POST /floor/take-over": "take_over",
    "POST /calls/{id}/cut": "force_calls",
    "POST /calls/{id}/move": "force_calls",
    "POST /agents/{id}/state": "force_agents",
    "GET /floor/today": "see_figures",
    "POST /notices": "notify_agents",
    "POST /agent/notices/{id}/read": "take_calls",
    "POST /rooms/{id}/join": "use_rooms",
    "POST /rooms/{id}/invite": "run_rooms",
    "POST /rooms/{id}/mute": "run_rooms",
    "POST /rooms/{id}/kick": "run_rooms",
    "POST /rooms/{id}/lock": "run_rooms",
    "GET /calls": "see_calls",
    "GET /calls/{id}": "see_calls",
    "PUT /calls/{id}/note": "take_calls",
    "GET /calls/{id}/recording": "hear_recordings",
    "POST /calls/{id}/recording/pause": "pause_recordings",
    "POST /calls/{id}/recording/resume": "pause_recordings",
    "POST /calls/{id}/recording/start": "pause_recordings",
    "POST /calls/{id}/recording/hold": "hold_recordings",
    "POST /calls/{id}/recording/release": "hold_recordings",
    "GET /recordings": "see_system",
    "GET /recordings/orphans": "see_system",
    "POST /recordings/orphans/adopt": "hold_recordings",
    "GET /score-cards": "score_calls",
    "GET /score-cards/{id}/{version}": "score_calls",
    "PUT /score-cards/{id}": "edit_score_cards",
    "GET /scores": "score_calls",
    "POST /scores": "score_calls",
    "POST /scores/{id}/answer": "score_calls",
    "DELETE /scores/{id}": "score_calls",
    "GET /quality/draw": "score_calls",
    "GET /quality/figures": "score_calls",
    "GET /calls/{id}/why": "see_calls",
    "GET /callbacks": "see_callbacks",
    "POST /callbacks/{id}/cancel": "cancel_callbacks",
    "GET /messages": "take_messages",
    "GET /messages/{id}/audio": "take_messages",
    "POST /messages/{id}/handled": "take_messages",
    "GET /customers": "see_customers",
    "GET /customers/by-number/{number}": "see_customers",
    "GET /customers/{id}": "see_customers",
    "POST /customers": "edit_customers",
    "POST /customers/{id}/merge": "edit_customers",
    "PUT /customers/{id}": "edit_customers",
    "GET /queues/today": "see_figures",
    "GET /queues/forecast": "see_figures",
    "GET /system": "see_system",
    "GET /audit": "see_audit",
    "GET /users": "edit_users",
    "POST /users": "edit_users",
    "PUT /users/{username}": "edit_users",
    "POST /users/{username}/password": "edit_users",
    "POST /users/{username}/sign-out": "edit_users",
    "GET /roles": "edit_users",
    "PUT /roles/{id}": "edit_users",
    "DELETE /roles/{id}": "edit_users",
    "GET /doctor/server": SIGNED_IN,
    "GET /openapi.json": PUBLIC,
    "GET /music": "edit_prompts",
    "POST /music/{id}": "edit_prompts",
    "GET /music/{id}/{name}": "edit_prompts",
    "DELETE /music/{id}/{name}": "edit_prompts",
    "GET /prompts": "edit_prompts",
    "GET /prompts/studio": "edit_prompts",
    "POST /prompts/studio": "edit_prompts",
    "POST /prompts/studio/{id}/apply": "edit_prompts",
    "GET /prompts/{id}/versions": "edit_prompts",
    "GET /prompts/{id}/sound": "edit_prompts",
    "POST /prompts/{id}/recording": "edit_prompts",
    "POST /prompts/{id}/use": "edit_prompts",
    "POST /prompts/{id}/confirm": "edit_prompts",
    "DELETE /prompts/versions/{id}": "edit_prompts",
    "GET /trunks": "edit_trunks",
    "PUT /trunks/{name}": "edit_trunks",
    "DELETE /trunks/{name}": "edit_trunks",
    "POST /trunks/{name}/test": "edit_trunks",
    "DELETE /customers/{id}": "edit_users",
    "POST /customers/import": "import_customers",
    "POST /customers/import/{id}/apply": "import_customers",
    "GET /customers/export": "export",
    "GET /reports": "see_figures",
    "GET /reports/{name}": "see_figures",
    "GET /reports/{name}/export": "export",
    "GET /reports/{name}/calls": "see_calls",
    "GET /reports/{name}/time": "see_figures",
    "GET /webhooks": "edit_webhooks",
    "POST /webhooks": "edit_webhooks",
    "PUT /webhooks/{id}": "edit_webhooks",
    "DELETE /webhooks/{id}": "edit_webhooks",
    "POST /webhooks/{id}/secret": "edit_webhooks",
    "POST /webhooks/{id}/test": "edit_webhooks",
    "GET /webhooks/{id}/deliveries": "edit_webhooks",
    "GET /webhooks/{id}/deliveries/{delivery}": "edit_webhooks",
    "POST /webhooks/{id}/deliveries/{delivery}/replay": "edit_webhooks",
    "GET /schedules": "schedule_reports",
    "POST /schedules": "schedule_reports",
    "PUT /schedules/{id}": "schedule_reports",
    "DELETE /schedules/{id}": "schedule_reports",
    "POST /schedules/{id}/run": "schedule_reports",
    "GET /schedule-runs": "schedule_reports",
    "POST /schedule-runs/{id}/retry": "schedule_reports",
    "GET /planned-shifts": "plan_shifts",
    "POST /planned-shifts/import": "plan_shifts",
    "GET /planned-shifts/export": "plan_shifts",
    "GET /planned-shifts/template": "plan_shifts",
    "POST /planned-shifts/remove": "plan_shifts",
    "GET /inbox": "take_messages",
    "GET /inbox/counts": "take_messages",
    "GET /inbox/export": "export",
    "GET /inbox/{id}": "take_messages",
    "GET /inbox/{id}/calls": "take_messages",
    "POST /inbox/{id}/claim": "take_messages",
    "GET /inbox/{id}/texts": "take_messages",
    "POST /inbox/{id}/reply": "take_messages",
    "GET /texts": "take_messages",
    "POST /inbox/{id}/done": "take_messages",
    "PUT /inbox/{id}/note": "take_messages",
    "GET /mailboxes": "take_messages",
    "PUT /mailboxes/{id}/pin": "take_messages",
    "DELETE /mailboxes/{id}/pin": "take_messages",
    "GET /messages/{id}/notices": "take_messages",
}


def name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def test_every_endpoint_asks_for_what_is_expected_of_it() -> None:
    asked = {name(one): PUBLIC if one.public else one.needs or SIGNED_IN for one in ENDPOINTS}

    assert asked == {path: EXPECTED.get(path) for path in asked}


def of_role(*permissions: Permission) -> Centre:
    grants: dict[Permission, Scope] = dict.fromkeys(permissions, "all")
    chief = Agent(id="8009", name="Ma Li", queues=("sales",))
    base = centre()
    return msgspec.structs.replace(
        base, agents=(*base.agents, chief), roles=(RoleRights(id="tested", name=SALES, grants=grants),)
    )


async def knock(home: House, endpoint: Endpoint, somebody: bool, *permissions: Permission) -> tuple[int, str]:
    """(status, error word) of a request without a proper body: whom nothing opens to is turned away before."""
    home.put_in_force(of_role(*permissions))
    await home.floor_at(home.engine.state.seq)
    reader = await (home.somebody("tested") if somebody else home.nobody())
    path = endpoint.path
    for part in ("{id}", "{username}", "{number}", "{name}", "{version}", "{delivery}"):
        path = path.replace(part, "1")
    async with reader.http.request(
        endpoint.method, f"{home.base}/api/v1{path}", headers={"X-Requested-With": "callcenter"}
    ) as response:
        raw = await response.read()
        answer: dict[str, Any] = msgspec.json.decode(raw) if raw and response.content_type.endswith("json") else {}
        return response.status, answer.get("error", {}).get("word", "")


GUARDED = [one for one in ENDPOINTS if not one.public]


@pytest.fixture(autouse=True)
def tested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACCOUNTS, "tested", Account(username="tested", name="Ma Li", role="tested", agent="8009"))


@pytest.mark.parametrize("endpoint", GUARDED, ids=name)
async def test_nobody_is_asked_to_sign_in(home: House, endpoint: Endpoint) -> None:
    assert await knock(home, endpoint, False) == (401, "not_authenticated")


@pytest.mark.parametrize("endpoint", [one for one in GUARDED if one.needs], ids=name)
async def test_every_permission_but_the_one_that_is_needed_opens_nothing(home: House, endpoint: Endpoint) -> None:
    others = [permission for permission in PERMISSIONS if permission != endpoint.needs]

    assert await knock(home, endpoint, True, *others) == (403, "forbidden")


@pytest.mark.parametrize("endpoint", GUARDED, ids=name)
async def test_the_needed_permission_is_enough(home: House, endpoint: Endpoint) -> None:
    needed = () if endpoint.needs is None else (endpoint.needs,)
    with_phone: tuple[Permission, ...] = ("take_calls",) if endpoint.needs in NEEDS_PHONE else ()

    status, word = await knock(home, endpoint, True, *needed, *with_phone, *BESIDES.get(name(endpoint), ()))

    assert (status, word) != (403, "forbidden")
    assert status != 401
