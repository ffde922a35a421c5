"""The edge as the process makes it, with config.yaml's Twilio: its pages' rules do not stand in Twilio's way."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestClient, TestServer
from twilio.request_validator import RequestValidator

from callcenter.app import hear_twilio
from callcenter.config import load
from callcenter.store import texts
from callcenter.web.edge import create_edge
from callcenter.web.engine_link import EngineLink
from callcenter.web.settings import Settings
from tests.twilio.server import ACCOUNT, TOKEN


@pytest.mark.parametrize(("written", "expected"), [(True, 204), (False, 405)])
async def test_the_edge_hears_twilio_when_the_file_says_so(
    tmp_path: Path, database: sa.Engine, written: bool, expected: int
):
    file, address = tmp_path / "config.yaml", "https://calls.example.com"
    twilio = f'twilio: {{account_sid: {ACCOUNT}, sender: "+15550001111", public_url: "{address}/"}}'
    file.write_text(twilio if written else "demo: true")
    config = load(file)
    config.keyring.put("twilio.auth_token", TOKEN)
    text, _ = texts.ask_for(database, "c1-3", "+8613800138000", "request", 1.0)
    link = EngineLink(tmp_path / "engine.sock")
    edge = create_edge(Settings(console_folder=tmp_path), database, link, str)
    hear_twilio(edge, config, database, link)
    path, form = f"/twilio/texts/{text.id}", {"AccountSid": ACCOUNT, "MessageStatus": "sent", "MessageSid": "SM1"}
    signature = RequestValidator(TOKEN).compute_signature(address + path, form)
    async with TestClient(TestServer(edge)) as client:
        answer = await client.post(path, data=form, headers={"X-Twilio-Signature": signature})
        assert answer.status == expected
        kept = texts.one(database, text.id)
        assert kept is not None
        assert kept.state == ("sent" if written else "asked")
