"""`callcenter simulate --what-if`: a day of the database again, with agents added or removed."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.simulated_calls import finite, progress
from callcenter.cli.simulated_tables import percent, seconds
from callcenter.cli.speech import complain, said, say
from callcenter.cli.table import table
from callcenter.cli.written_files import check_can_be_written, write_all
from callcenter.simulate.calls import floor_of
from callcenter.simulate.chart import Series, bar, svg
from callcenter.simulate.figures import readable_length_s
from callcenter.simulate.variants import REPRODUCED, Means, Outlook, Watched, as_it_was, simulated, watched
from callcenter.simulate.what_if import Draws, PastDay, floor_of_day, with_fewer, with_more

if TYPE_CHECKING:
    from callcenter.calls.centre import Centre
    from callcenter.simulate.calls import Floor

MOST_RUNS, FEWEST_RUNS, CALLS_IN_ALL = 20, 3, 100_000
SLOTS = 26


class Variant(msgspec.Struct, frozen=True):
    name: str
    floor: Any
    added: int = 0
    removed: tuple[str, ...] = ()


class Day(msgspec.Struct, frozen=True):
    date: date
    zone: ZoneInfo
    centre: Any
    past: PastDay

    def clock(self, moment: float) -> str:
        return datetime.fromtimestamp(moment, self.zone).strftime("%H:%M")


def what_if(args: argparse.Namespace) -> int:
    check_can_be_written([file for file in (args.json, args.chart) if file])
    day = _read(args)
    queues = _queues(day, args.queue)
    draws = Draws(day.past.calls)
    times = [each.arrival_s for each in day.past.calls if each.queue in queues]
    of = watched(day.past.calls, draws, queues, readable_length_s(max(times) - min(times), SLOTS))
    variants = _variants(_floor(day), queues, day, args)
    was = as_it_was(day.past.calls, of, variants[0].floor)
    outlooks = _simulate(day, draws, of, variants, 1 if args.seed is None else args.seed)
    _write(args, day, of, was, variants, outlooks)
    _show(day, of, was, variants, outlooks)
    return 0


# ---- what goes in


def _read(args: argparse.Namespace) -> Day:
    from callcenter.preparation.centre import opened
    from callcenter.store import traffic
    from callcenter.store.documents import current_centre

    config = config_of(args)
    with opened(config) as db:
        current = current_centre(db)
        if current is None:
            raise CommandError(said("还没有呼叫中心文件，用 apply 导入", "There is no centre yet; bring one in."), 2)
        zone = ZoneInfo(current.document.zone)
        chosen = _date(args.date, zone)
        from_at, to_at = (datetime.combine(chosen + timedelta(days=n), time.min, zone).timestamp() for n in (0, 1))
        past, centre = traffic.day(db, from_at, to_at), traffic.centre_at(db, to_at)
    if args.target is not None:
        calls = tuple(msgspec.structs.replace(each, target_s=args.target) for each in past.calls)
        past = PastDay(calls, past.presences)
    if not past.calls:
        raise CommandError(said(f"{chosen} 没有排队来电", f"No call waited in a queue on {chosen}."), 2)
    if not past.presences:
        raise CommandError(said(f"{chosen} 没有坐席签入", f"No agent was there on {chosen}."), 2)
    return Day(chosen, zone, centre or current.document, past)


def _date(text: str | None, zone: ZoneInfo) -> date:
    if text is None:
        return datetime.now(zone).date() - timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = said(
            f"--date：应为 2026-03-31 这样的日期，而非 {text!r}", f"--date: expected YYYY-MM-DD, found {text!r}"
        )
        raise CommandError(message, 2) from error


def _queues(day: Day, wanted: str | None) -> frozenset[str]:
    found = frozenset(each.queue for each in day.past.calls)
    if wanted is None:
        return found
    if wanted not in found:
        known = ", ".join(sorted(found))
        raise CommandError(
            said(
                f"--queue：{day.date} 队列 {wanted!r} 没有来电；有来电的：{known}",
                f"--queue: nobody waited in {wanted!r} on {day.date}; there were calls in: {known}",
            ),
            2,
        )
    return frozenset({wanted})


def _floor(day: Day) -> Floor:
    centre: Centre = day.centre
    queues = {agent.id: centre.queues_of(agent) for agent in centre.agents}
    skills = {agent.id: agent.skills for agent in centre.agents}
    return floor_of_day(day.past, floor_of(centre).lines, queues, skills)


def _variants(floor: Floor, queues: frozenset[str], day: Day, args: argparse.Namespace) -> list[Variant]:
    """The day's own floor first; without wishes one agent fewer, one and two more."""
    fewer, more = [args.remove] if args.remove else [], [args.add] if args.add else []
    if not fewer and not more:
        fewer, more = [1], [1, 2]
    found = [Variant(said("重演", "replayed"), floor)]
    for count in fewer:
        left, gone = with_fewer(floor, count, queues)
        if len(gone) < count:
            there = f"{len(gone)}"
            message = said(f"--remove：只有 {there} 名坐席", f"--remove: only {there} agents were there")
            raise CommandError(message, 2)
        found.append(Variant(_agents(-count), left, removed=gone))
    found += [Variant(_agents(count), with_more(floor, count, tuple(sorted(queues))), added=count) for count in more]
    return found


def _agents(change: int) -> str:
    return said(f"{change:+d} 名坐席", f"{change:+d} agent{'s' if abs(change) > 1 else ''}")


# ---- the runs


def _simulate(day: Day, draws: Draws, of: Watched, variants: Sequence[Variant], seed: int) -> list[Outlook]:
    """All variants have the same draws."""
    runs = max(FEWEST_RUNS, min(MOST_RUNS, CALLS_IN_ALL // len(day.past.calls)))
    drawn = [draws.calls(Random(seed + number)) for number in range(runs)]
    watch = progress(len(variants))
    found = []
    for number, variant in enumerate(variants):
        if watch:
            watch(number)
        found.append(simulated(variant.floor, day.past.calls, drawn, of, Random(seed)))
    if watch:
        watch(len(variants))
    return found


def _reproduced(was: Outlook, replayed: Outlook) -> bool:
    return abs(was.means.service_level - replayed.means.service_level) <= REPRODUCED


# ---- what comes out


def _show(day: Day, of: Watched, was: Outlook, variants: Sequence[Variant], outlooks: Sequence[Outlook]) -> None:
    queues = ", ".join(sorted(of.queues))
    say(f"{day.date}，队列 {queues}\n", f"{day.date}, {queues}\n")
    print(_means_table(was, variants, outlooks))
    points = 100 * (outlooks[0].means.service_level - was.means.service_level)
    if _reproduced(was, outlooks[0]):
        say(
            f"\n重演与当天相差 {points:+.1f} 个百分点。", f"\nThe replay is {points:+.1f} points from the day itself."
        )
    else:
        say(
            f"\n注意：重演与当天的服务水平相差 {points:+.1f} 个百分点（超过 2），以下结果仅供参考。",
            f"\nThe replay does NOT reproduce the day: its service level is {points:+.1f} points off (more than 2). "
            "Take the other figures with care.",
        )
    for variant in variants:
        if variant.removed:
            say(f"减去：{', '.join(variant.removed)}", f"Taken away: {', '.join(variant.removed)}")
    print(f"\n{_slots_table(day, was, variants, outlooks)}")
    say("\n括号内为该时段的 Erlang A。", "\nIn brackets: Erlang A for the interval.")


def _means_table(was: Outlook, variants: Sequence[Variant], outlooks: Sequence[Outlook]) -> str:
    head = (
        "", said("来电", "offered"), said("接听", "answered"), said("未接", "unanswered"),
        said("服务水平", "service level"), said("平均应答速度", "ASA"), said("平均等候", "mean wait"),
        said("占用率", "occupancy"),
    )  # fmt: skip
    named = [
        (said("当天", "the day"), was.means),
        *zip([v.name for v in variants], [o.means for o in outlooks], strict=True),
    ]
    return table(head, [_means_row(name, means) for name, means in named])


def _means_row(name: str, means: Means) -> tuple[str, ...]:
    return (
        name, f"{means.offered:,}", f"{means.answered:,.1f}", f"{means.unanswered:,.1f}",
        percent(means.service_level), seconds(means.asa_s), seconds(means.mean_wait_s), percent(means.occupancy),
    )  # fmt: skip


def _slots_table(day: Day, was: Outlook, variants: Sequence[Variant], outlooks: Sequence[Outlook]) -> str:
    """Bars of the replay and of the last variant."""
    names = [variant.name for variant in variants]
    head = (
        said("时间", "from"), said("来电", "offered"), said("坐席", "agents"), said("当天", "the day"), *names,
        names[0], names[-1],
    )  # fmt: skip
    rows = [
        (
            day.clock(slots[0].from_s), f"{slots[0].calls}", f"{slots[0].agents:.1f}", _whole(slots[0].service_level),
            *(f"{_whole(slot.service_level)} ({_whole(slot.erlang_a)})" for slot in slots[1:]),
            bar(slots[1].service_level, 12), bar(slots[-1].service_level, 12),
        )
        for slots in zip(was.slots, *(each.slots for each in outlooks), strict=True)
    ]  # fmt: skip
    return table(head, rows)


def _whole(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def _write(
    args: argparse.Namespace,
    day: Day,
    of: Watched,
    was: Outlook,
    variants: Sequence[Variant],
    outlooks: Sequence[Outlook],
) -> None:
    texts: dict[Path, str] = {}
    if args.json:
        document = _document(day, of, was, variants, outlooks)
        texts[args.json] = msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
    if args.chart:
        texts[args.chart] = _picture(day, was, variants, outlooks, day.clock)
    write_all(texts)
    for file in texts:
        complain(said(f"已写入 {file}", f"written: {file}"))


def _document(
    day: Day, of: Watched, was: Outlook, variants: Sequence[Variant], outlooks: Sequence[Outlook]
) -> dict[str, Any]:
    return {
        "date": day.date,
        "zone": day.zone.key,
        "queues": sorted(of.queues),
        "aht_s": of.aht_s,
        "mean_patience_s": finite(of.patience_s),
        "reproduced": _reproduced(was, outlooks[0]),
        "the_day": was,
        "variants": [
            {"name": variant.name, "added": variant.added, "removed": variant.removed, **msgspec.to_builtins(outlook)}
            for variant, outlook in zip(variants, outlooks, strict=True)
        ],
    }


def _picture(
    day: Day, was: Outlook, variants: Sequence[Variant], outlooks: Sequence[Outlook], clock: Callable[[float], str]
) -> str:
    named = [(said("当天", "the day"), was), *zip((each.name for each in variants), outlooks, strict=True)]
    series = [Series(name, [slot.service_level for slot in outlook.slots]) for name, outlook in named]
    title = said(f"{day.date} 服务水平", f"Service level on {day.date}")
    return svg(title, [clock(slot.from_s) for slot in was.slots], series)
