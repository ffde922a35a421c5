"""What flows have done outside, wired as in the engine: cards from a database, services over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from callcenter.calls.centre import Centre
from callcenter.calls.outside import Outcome
from callcenter.calls.work import CustomerLookUp, HttpRequest, ScriptRun, TextMessage
from callcenter.config import load
from callcenter.flow_work import FlowWork
from callcenter.forms.reading import FormError
from callcenter.outside import Outside, Place
from callcenter.services.settings import place
from callcenter.store import customers
from callcenter.store.customers import CardFields, CardNumber
from callcenter.store.database import migrate, open_database
from tests.services.bad_service import bad_service

PLACE = Place(interaction="c1", key="c1-1")


@pytest.fixture
def database(tmp_path: Path) -> sa.Engine:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    migrate(url)
    opened = open_database(url)
    fields = {"tier": "A", "region": "上海", "language": "zh-CN"}
    shared = CardNumber("+862155550000")
    customers.create(opened, CardFields(name="王芳", numbers=(CardNumber("+8613800138000"), shared), **fields), 1.0)
    customers.create(opened, CardFields(name="李雷", numbers=(shared,)), 1.0)
    return opened


@pytest.fixture
async def outside(tmp_path: Path, database: sa.Engine) -> AsyncIterator[Outside]:
    async with bad_service() as service:
        file = tmp_path / "config.yaml"
        file.write_text(
            f"data_dir: var\ndemo: true\ndemo_service_port: {service.port}\n"
            "services: {secrets: [{name: crm, hosts: [127.0.0.1]}]}\n"
        )
        config = load(file)
        config.keyring.put("service.crm", "s3cret")
        outside = Outside()
        work = FlowWork(config, database, lambda: Centre(area_code="021"), outside)
        async with work.running():
            yield outside


async def done(outside: Outside, work: object) -> Outcome:
    return await outside.do(work, PLACE, 5.0)  # type: ignore[arg-type]


async def test_a_customer_is_found_by_number_or_card_and_a_shared_number_is_nobodys(outside: Outside):
    by_number = await done(outside, CustomerLookUp(number="13800138000"))
    assert by_number.values == {
        "found": True, "id": "1", "name": "王芳", "tier": "A", "region": "上海", "company": "", "language": "zh-CN",
    }  # fmt: skip
    assert (await done(outside, CustomerLookUp(id="2"))).values["name"] == "李雷"
    for nobody in (
        CustomerLookUp(number="02155550000"),
        CustomerLookUp(number="13999999999"),
        CustomerLookUp(id="3"),
        CustomerLookUp(id="1 or 1=1"),
        CustomerLookUp(id="９"),
        CustomerLookUp(id="9" * 40),
        CustomerLookUp(),
    ):
        assert (await done(outside, nobody)).values == {"found": False}, nobody


async def test_the_demos_service_is_known_and_gets_the_secret_of_its_host(outside: Outside):
    request = HttpRequest(
        method="GET", url="/good", service="demo", secrets={"Authorization": "crm"}, values={"name": "name"}
    )
    assert await done(outside, request) == Outcome(values={"name": "王芳"}, status=200)


async def test_without_a_provider_texts_are_not_configured_and_without_asterisk_scripts_do_not_run(outside: Outside):
    assert (await done(outside, TextMessage(to="+8613800138000", text="x"))).trouble == "not_configured"
    assert (await done(outside, ScriptRun(script="meter_reading.py"))).trouble == "forbidden"


async def test_with_twilio_in_the_file_texts_go_there_and_a_token_that_is_missing_is_said(
    tmp_path: Path, database: sa.Engine, caplog: pytest.LogCaptureFixture
):
    file, outside = tmp_path / "config.yaml", Outside()
    file.write_text(f'twilio: {{account_sid: AC{"1" * 32}, sender: "+15550001111"}}')
    async with FlowWork(load(file), database, Centre, outside).running():
        assert (await done(outside, TextMessage(to="+8613800138000", text="x"))).trouble == "not_configured"
    assert "Twilio's auth token is not in the secrets file" in caplog.text


@pytest.mark.parametrize("wrong", ["10.0.0.0/33", "1.2.3.4:99999", "::/200", "x", "1.2.3.4/x", "999.1.1.1"])
def test_an_address_that_is_none_is_no_place(wrong: str):
    with pytest.raises(ValueError, match=r"is no|does not appear|not permitted|not an? |Expected"):
        place(wrong)


def test_a_place_is_a_network_and_perhaps_a_port():
    assert place("10.1.0.0/16").port == 0
    assert place("10.1.2.3:8443").port == 8443
    assert str(place("[::1]:80").network) == "::1/128"


def test_a_place_that_is_none_stops_the_start_with_its_key(tmp_path: Path):
    file = tmp_path / "config.yaml"
    file.write_text("services:\n  inside: [10.0.0.0/33]\n  ca_file: none.pem\n")
    with pytest.raises(FormError) as wrong:
        load(file)
    assert [(each.key, each.line) for each in wrong.value.problems] == [
        ("services.inside", 2),
        ("services.ca_file", 3),
    ]
