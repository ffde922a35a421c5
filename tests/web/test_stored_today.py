"""Today's figures over the real store."""

from tests.web.real_house import real_house


async def test_the_day_is_told_by_the_quarter_up_to_the_one_that_runs() -> None:
    async with real_house() as home:
        status, answer = await (await home.somebody("boss")).get("/floor/today?queue=sales")
        _, missed = await (await home.somebody("8001")).get("/agents/me/missed")

    assert status == 200, answer
    moments = [one["at"] for one in answer["intervals"]]
    assert moments == [answer["from_at"] + 900 * step for step in range(len(moments))]
    assert 1 <= len(moments) <= 100
    assert answer["formula"]["service_level"] == "within / (offered - short)"
    assert missed == {"missed": []}
