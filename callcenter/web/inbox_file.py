"""The message centre as a CSV file, in the reader's language, with moments of the centre's zone."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from callcenter.calls.languages import Language, Text
from callcenter.store.customer_files import harmless
from callcenter.web.inbox_shapes import InboxItem

_HEADINGS = (
    Text(zh="类型", en="kind"),
    Text(zh="号码", en="caller"),
    Text(zh="姓名", en="name"),
    Text(zh="信箱", en="box"),
    Text(zh="队列", en="queue"),
    Text(zh="次数", en="count"),
    Text(zh="首次", en="first"),
    Text(zh="最近", en="last"),
    Text(zh="状态", en="state"),
    Text(zh="处理人", en="by"),
    Text(zh="如何处理", en="why"),
    Text(zh="备注", en="note"),
    Text(zh="通话", en="call"),
    Text(zh="短信内容", en="text"),
)
_WORDS = {
    "missed": Text(zh="未接来电", en="missed call"),
    "message": Text(zh="留言", en="message"),
    "callback": Text(zh="未完成的回呼", en="callback given up"),
    "text": Text(zh="短信", en="text"),
    "open": Text(zh="待处理", en="open"),
    "claimed": Text(zh="处理中", en="being seen to"),
    "done": Text(zh="已处理", en="done"),
    "person": Text(zh="人工处理", en="by hand"),
    "reached": Text(zh="已与来电者通话", en="has talked with the caller"),
}


def written(items: Iterable[InboxItem], language: Language, zone: str) -> bytes:
    """With a mark at the beginning by which a spreadsheet knows the encoding."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([each.in_(language) for each in _HEADINGS])
    there = ZoneInfo(zone)
    writer.writerows([harmless(cell) for cell in _row(one, _in(language), there)] for one in items)
    return out.getvalue().encode("utf-8-sig")


def _in(language: Language) -> Callable[[str], str]:
    return lambda word: _WORDS[word].in_(language) if word in _WORDS else word


def _row(one: InboxItem, say: Callable[[str], str], zone: ZoneInfo) -> list[str]:
    state = "done" if not one.open else "claimed" if one.claimed_by else "open"
    by = one.done_by if not one.open else one.claimed_by
    times = [datetime.fromtimestamp(at, zone).strftime("%Y-%m-%d %H:%M:%S") for at in (one.first_at, one.last_at)]
    return [
        say(one.kind),
        one.caller,
        one.customer_name or one.caller_name,
        one.box,
        one.queue,
        str(one.count),
        *times,
        say(state),
        by,
        say(one.done_why),
        one.note,
        one.call,
        one.body,
    ]
