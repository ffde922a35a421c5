"""A stand-in for the server, for looking at the pages: serves dist and answers from fixtures.json.

`python tests/pages/fixture_server.py` prints its address. A scene is chosen by
`POST /scene/<name>` (see `stage`); it changes agent 8001 and pushes the change to open pages.
Never part of the product: it knows no password and keeps nothing.
"""

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

sys.path.insert(0, str(Path(__file__).parent))

import admin_answers
import flow_answers
import inbox_answers
import prompt_answers
import recording_answers
import report_answers
import sending_answers
import shift_answers
from desk_scenes import missed
from made_up import quarters, recording
from sip_stand_in import SipPeer
from stage import SCENES, Stage

from callcenter.calls.centre import Centre
from callcenter.calls.desk_problems import unknown
from callcenter.calls.problem import Problem
from callcenter.web.answers import failed
from callcenter.web.errors import ApiError

HERE = Path(__file__).parent
DIST = Path(os.environ.get("CONSOLE_DIST", HERE.parents[1] / "dist"))
CENTRE_SCHEMA = msgspec.json.schema(Centre)


def application() -> web.Application:
    stage = Stage()
    app = web.Application()
    who = {"name": ""}

    def answer(value: Any) -> web.Response:
        return web.json_response(value)

    async def session(request: web.Request) -> web.Response:
        if request.method == "POST":
            body = await request.json()
            if body["username"] not in stage.data["me"]:
                return web.json_response(
                    {"error": {"word": "wrong_credentials", "message": "", "field": ""}}, status=401
                )
            who["name"] = body["username"]
        if request.method == "DELETE":
            who["name"] = ""
            return answer({"result": {}})
        if not who["name"]:
            return web.json_response({"error": {"word": "not_authenticated", "message": "", "field": ""}}, status=401)
        return answer(stage.data["me"][who["name"]])

    async def api(request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        if (
            path.startswith("reports")
            and (told := report_answers.answered(f"/{path}", dict(request.query))) is not None
        ):
            return told if isinstance(told, web.Response) else answer(told)
        if (told := admin_answers.answered(request.method, path, request.query.get("text", ""))) is not None:
            return answer(told)
        if (told := prompt_answers.answered(request.method, path)) is not None:
            return answer(told)
        if (told := shift_answers.answered(request.method, path, dict(request.query), stage.empty)) is not None:
            return answer(told)
        if (told := sending_answers.answered(request.method, path, stage.empty)) is not None:
            return answer(told)
        if (told := recording_answers.answered(path)) is not None:
            return answer(told)
        if path == "node-titles":
            return answer(flow_answers.titles())
        if path == "flows" or path.startswith("flows/"):
            below = path.removeprefix("flows").lstrip("/")
            if below == "speak":
                return web.Response(body=recording(1), content_type="audio/wav")
            body = await request.json() if request.can_read_body else {}
            return answer(flow_answers.answered(request.method, below, body, stage.empty))
        plain = {
            "centre": "centre",
            "phone": "phone",
            "test-phone": "test_phone",
            "system": "system",
            "queues/today": "queues_today",
            "agents/me/today": "agent_today",
            "audit": "audit",
            "callbacks": "callbacks",
            "queues/forecast": "forecasts",
            "centre/document": "document",
            "desk/settings": "desk_settings",
        }
        if path == "floor/today":
            return answer(quarters(time.time()))
        if path == "centre/document" and request.method == "PUT":
            found = (
                Problem("agents[1].queues", unknown("queue", "servise", ["service"])),
                Problem("numbers[0].flow", unknown("flow", "hotlines", ["hotline", "survey"])),
            )
            return failed(ApiError("bad_centre", problems=found))
        if path == "centre/schema":
            return answer(CENTRE_SCHEMA)
        if path == "centre/check":
            return answer({"problems": []})
        if path in plain:
            return answer(stage.data[plain[path]])
        if path == "agents/me/missed":
            return answer({"missed": missed()})
        if path == "calls":
            return answer({"calls": stage.data["calls"], "before": None})
        if path.endswith("/recording"):
            return web.Response(body=recording(), content_type="audio/wav")
        if path.endswith(("/audio", "/sound")):
            return web.Response(body=recording(1), content_type="audio/wav")
        if path.startswith(("inbox", "texts", "mailboxes", "messages/")):
            return answer(inbox_answers.told(stage.data, path, request.query, await request.read()))
        if path.endswith("/why"):
            live = path == "calls/c6/why"
            return answer(
                {
                    "live": stage.data["why"]["live"] if live else None,
                    "decisions": stage.data["decisions"][: 4 if live else 99],
                }
            )
        if path.startswith("calls/") and request.method == "GET":
            return answer(stage.data["calls"][0] | stage.data["detail"])
        if path.startswith("customers/"):
            return answer({"card": stage.data["cards"][0], "last_calls": stage.data["calls"][:3]})
        await asyncio.sleep(0)
        return answer({"result": {}})

    async def scene(request: web.Request) -> web.Response:
        await stage.play(request.match_info["name"])
        return answer(list(SCENES))

    async def pages(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        stage.pages.append(socket)
        await stage.tell(socket)
        async for _ in socket:
            pass
        stage.pages.remove(socket)
        return socket

    async def sip(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=["sip"])
        await socket.prepare(request)
        peer = SipPeer(socket.send_str)
        stage.phones.append(peer)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await peer.receive(message.data)
        stage.phones.remove(peer)
        return socket

    async def file(request: web.Request) -> web.FileResponse:
        wanted = DIST / request.match_info["path"]
        return web.FileResponse(wanted if wanted.is_file() else DIST / "index.html")

    app.router.add_route("*", "/api/v1/session", session)
    app.router.add_route("*", "/api/v1/{path:.*}", api)
    app.router.add_post("/scene/{name}", scene)
    app.router.add_get("/ws", pages)
    app.router.add_get("/sip", sip)
    app.router.add_get("/{path:.*}", file)
    return app


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=int(sys.argv[1]) if len(sys.argv) > 1 else 0)
