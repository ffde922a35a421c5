"""Scheduled reports: made when due, once, caught up once, tried again, handed over."""

import asyncio
import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from openpyxl import load_workbook

from callcenter.calls.centre import Centre, Queue
from callcenter.calls.languages import Text
from callcenter.reporting.retries import RUN_WAITS_S
from callcenter.reporting.runner import Runner
from callcenter.reporting.settings import Mail, Settings
from callcenter.store import deliveries, documents, report_runs, schedules, webhooks
from callcenter.store.schedules import ScheduleFields
from callcenter.store.webhooks import WebhookFields

ZONE = ZoneInfo("Asia/Shanghai")
CENTRE = Centre(zone="Asia/Shanghai", queues=(Queue(id="service", name=Text(zh="客服", en="Service")),))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


class Place:
    def __init__(self, db, folder):
        self.db, self.folder, self.now = db, folder, at("2026-11-26 12:00")
        self.alerts = []
        self.runner = self.another()
        documents.save_centre(db, CENTRE, "test", 0, 1.0)

    def another(self, **changes):
        settings = Settings(folder=self.folder, **changes)
        return Runner(self.db, settings, self.alerts.append, lambda: self.now)

    def add(self, id_="sch_1", **fields):
        given = {"name": "日报", "report": "queues", "every": "day", "at": "08:00"} | fields
        schedules.add(self.db, id_, ScheduleFields(**given), "admin", self.now)

    async def at(self, text):
        self.now = at(text)
        await self.runner.turn()

    def runs(self):
        return [(each.state, each.attempts, each.skipped) for each in report_runs.recent(self.db)]


@pytest.fixture
def place(db, tmp_path):
    return Place(db, tmp_path / "reports")


async def test_a_daily_report_is_put_into_the_folder_once(place, told, call):
    told(call(begin=at("2026-11-26 10:00")))
    place.add()
    await place.at("2026-11-27 07:59")
    assert place.runs() == []
    await place.at("2026-11-27 08:00")
    await place.at("2026-11-27 08:01")
    assert place.runs() == [("done", 1, 0)]
    [file] = place.folder.iterdir()
    assert file.name == "日报-2026-11-26.xlsx"
    book = load_workbook(file)
    by_queue = [[cell.value for cell in row] for row in book["按队列"].iter_rows()]
    assert by_queue[0][:3] == ["队列", "进入量", "接通量"] and by_queue[1][:3] == ["客服", 1, 1]
    [run] = report_runs.recent(place.db)
    assert run.result == str(file) and run.due_at == at("2026-11-27 08:00")


async def test_what_was_missed_is_caught_up_once(place):
    place.add()
    await place.at("2026-11-30 09:00")
    await place.at("2026-11-30 09:01")
    assert place.runs() == [("done", 1, 3)]
    [file] = place.folder.iterdir()
    assert file.name == "日报-2026-11-29.xlsx"


async def test_two_processes_make_one_run(place):
    place.add()
    place.now = at("2026-11-27 08:00")
    await asyncio.gather(*(place.another().turn() for _ in range(4)))
    assert place.runs() == [("done", 1, 0)]


async def test_a_schedule_that_is_off_or_was_moved_makes_up_for_nothing(place):
    place.add(active=False)
    await place.at("2026-11-28 08:00")
    fields = ScheduleFields(name="日报", report="queues", every="day", at="07:00")
    schedules.change(place.db, "sch_1", fields, 1, "admin", place.now)
    await place.at("2026-11-28 12:00")
    assert place.runs() == []
    await place.at("2026-11-29 07:00")
    assert place.runs() == [("done", 1, 0)]


async def test_csv_and_text_and_weeks(place, told, call):
    told(call(begin=at("2026-11-26 10:00")))
    place.add("sch_1", format="csv", language="en", every="week", on=1, name="weekly")
    place.add("sch_2", format="text", language="en", every="month", on=31, name="monthly")
    await place.at("2026-11-30 08:00")
    names = sorted(each.name for each in place.folder.iterdir())
    assert names == ["monthly-2026-10-01_2026-10-31.txt", "weekly-2026-11-23_2026-11-29.csv"]
    rows = list(csv.reader(io.StringIO((place.folder / names[1]).read_text("utf-8-sig"))))
    assert rows[0][:2] == ["From", "Offered"] and len(rows) == 1 + 7 + 1
    assert rows[-1][1] == "1"
    assert "Offered: 0" in (place.folder / names[0]).read_text()


async def test_what_fails_is_tried_again_and_alerted_in_the_end(place):
    place.folder.write_text("in the way")
    place.add()
    await place.at("2026-11-27 08:00")
    assert place.runs() == [("waiting", 1, 0)]
    for wait_s in RUN_WAITS_S:
        place.now += wait_s
        await place.runner.turn()
    assert place.runs() == [("failed", 4, 0)]
    assert len(place.alerts) == 1 and "日报" in place.alerts[0]

    place.folder.unlink()
    [run] = report_runs.recent(place.db)
    assert report_runs.ask_again(place.db, run.id, place.now)
    await place.runner.turn()
    assert place.runs() == [("done", 1, 0)]
    assert [each.name for each in place.folder.iterdir()] == ["日报-2026-11-26.xlsx"]


async def test_a_run_that_was_cut_off_is_tried_again(place):
    place.add()
    schedule = schedules.schedule(place.db, "sch_1")
    from callcenter.reporting.runner import new_run

    report_runs.begin(place.db, new_run(schedule, at("2026-11-27 08:00"), "", at("2026-11-27 08:00")))
    await place.at("2026-11-27 08:10")
    assert place.runs() == [("running", 1, 0)]
    await place.at("2026-11-27 08:16")
    assert place.runs() == [("done", 2, 0)]


async def test_to_a_webhook_it_goes_as_data(place, told, call):
    told(call(begin=at("2026-11-26 10:00")))
    webhooks.add(place.db, "whk_1", WebhookFields(name="BI", url="https://x", calls=False), "whsec_AAAA", "a", 1.0)
    place.add(way="webhook", to=("whk_1",))
    await place.at("2026-11-27 08:00")
    [delivery] = deliveries.recent(place.db, "whk_1")
    found, _ = deliveries.one(place.db, "whk_1", delivery.id)
    message = msgspec.json.decode(found.body)
    assert message["type"] == "report.ready"
    assert (message["data"]["from"], message["data"]["figures"]["offered"]) == ("2026-11-26", 1)
    assert message["data"]["formulas"]["asa_s"].startswith("asa_s v1: ")


async def test_without_a_mail_server_the_run_says_so(place):
    place.add(way="mail", to=("boss@example.com",))
    await place.at("2026-11-27 08:00")
    assert "reports.mail.host" in report_runs.recent(place.db)[0].error


async def test_by_mail_with_the_file_and_the_figures_in_words(place, told, call, letters):
    told(call(begin=at("2026-11-26 10:00")))
    server, taken = letters
    place.runner = place.another(
        mail=Mail(host="127.0.0.1", port=server.port, encryption="none", sender="cc@example.com")
    )
    place.add(way="mail", to=("boss@example.com", "b@example.com"))
    await place.at("2026-11-27 08:00")
    assert place.runs() == [("done", 1, 0)]
    message = taken.last()
    assert message["Subject"] == "日报 · 队列 2026-11-26"
    assert "进入量: 1" in message.get_body().get_content()
    [attached] = message.iter_attachments()
    assert attached.get_filename() == "日报-2026-11-26.xlsx"
    assert load_workbook(io.BytesIO(attached.get_content())).sheetnames[0] == "按时段"
