"""Addresses with more behind the `?` than the endpoint takes: refused, and nothing is done."""

from callcenter.web.endpoints import Endpoint
from callcenter.web.routes import ENDPOINTS
from tests.web.house import House


def path_of(endpoint: Endpoint) -> str:
    return endpoint.path.replace("{", "").replace("}", "")


async def test_every_endpoint_refuses_what_it_does_not_take(home: House) -> None:
    """By the first of these who may ask at all."""
    everybody = [await home.somebody(name) for name in ("admin", "boss", "8001")]
    for endpoint in ENDPOINTS:
        for reader in everybody:
            status, answer = await reader.ask(endpoint.method, f"{path_of(endpoint)}?qeue=sales")
            if status != 403:
                break
        said = (status, answer["error"]["word"], answer["error"]["field"])
        assert said == (400, "bad_value", "qeue"), (endpoint.method, endpoint.path, answer)


async def test_the_message_says_what_is_allowed(home: House) -> None:
    boss = await home.somebody("admin")

    some = (await boss.get("/audit?form=1"))[1]["error"]
    none = (await boss.get("/recordings?queue=sales"))[1]["error"]
    empty = (await boss.get("/inbox?qeue="))[1]["error"]

    assert some["message"] == "form: is not known here; allowed: by, action, from, to, before, limit"
    assert none["message"] == "queue: is not known here; nothing may stand behind the ?"
    assert none["text"]["zh-CN"] == "queue：这里没有此项；此地址的 ? 后面不能有任何内容"
    assert empty["field"] == "qeue"


async def test_strangers_are_not_told_what_an_endpoint_takes(home: House) -> None:
    status, answer = await (await home.nobody()).get("/calls?qeue=sales")

    assert (status, answer["error"]["word"]) == (401, "not_authenticated")
