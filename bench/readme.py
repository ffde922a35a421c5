"""The table in the READMEs, made from results.json: nobody types a figure."""

from pathlib import Path

from bench import routing
from bench.results import Result

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
FILES = {"en": "README.md", "zh-CN": "README.zh-CN.md"}

_STORES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_REPORTS = {
    "en": {
        "queues": "queues over a year", "agents": "agents over a year",
        "repeat_callers_and_FCR": "repeat callers and FCR over a year",
    },
    "zh-CN": {
        "queues": "一年的队列报表", "agents": "一年的坐席报表",
        "repeat_callers_and_FCR": "一年的重复来电与首次解决率",
    },
}  # fmt: skip


def _stores(language: str, text: str) -> dict[str, str]:
    return {
        f"store_{backend}_{report}": text.format(name=name, report=said)
        for backend, name in _STORES.items()
        for report, said in _REPORTS[language].items()
    }


_HEADS = {
    "en": ("What", "Ours p50 / p99", "Beside", "Its p50 / p99", "Ratio", "Unit"),
    "zh-CN": ("测量内容", "本系统 p50 / p99", "对照", "对照 p50 / p99", "倍数", "单位"),
}
_CASES = {
    "en": {
        "dispatch_gap": "An agent hangs up, ten callers wait: time to the next INVITE at the agent's phone",
        "live_floor": "The same on a floor: 50 agents talk, 120 callers wait, all talks recorded",
        "screen_pop": "A call ends, 200 pages open, ten calls a second: time to the next screen-pop in Chromium",
        "live_flows": "500 callers in flows at once: from a key to the start of the prompt that answers it",
        "live_waits": "Mean wait of 300 live calls, and what the simulator says of the same calls",
        **{
            f"routing_{size}": f"Who serves whom: {size:,} agents and as many callers, 100 skills, 20 queues"
            for size in routing.SIZES
        },
        "ami_intake": "Asterisk's events through parse, translation and decisions",
        "flow_check": "A flow of 1,000 nodes: read, and checked in every way",
        **_stores("en", "Reports from {name} while 50 calls a second are written: {report}"),
        "simulator": "Calls simulated with the router in service, 14 agents, 200,000 calls with patience",
    },
    "zh-CN": {
        "dispatch_gap": "坐席挂机、十人排队时，到坐席话机收到下一个 INVITE 的时间",
        "live_floor": "同上，整个中心：50 名坐席通话、120 人排队，全部录音",
        "screen_pop": "坐席通话结束，200 个页面打开、每秒十个来电：到 Chromium 中下一次弹屏可见的时间",
        "live_flows": "500 个来电同时在 IVR 流程中：从按键到应答语音开始播放的时间",
        "live_waits": "300 个真实通话的平均等待时间，与模拟器对同一批通话的结果",
        **{
            f"routing_{size}": f"路由决策速度：{size:,} 名坐席、同样多的来电者，100 种技能，20 个队列"
            for size in routing.SIZES
        },
        "ami_intake": "Asterisk 事件经解析、翻译和决策的处理速度",
        "flow_check": "1,000 个节点的流程：读取并完成全部检查",
        **_stores("zh-CN", "{name} 中的报表，同时每秒写入 50 个通话：{report}"),
        "simulator": "用实际分配器模拟的通话数：14 名坐席，20 万个有耐心限度的来电",
    },
}
_MEASURED = {
    "en": "Measured {at} on {cores} cores of {cpu}, load up to {load} before the run{nice}.",
    "zh-CN": "测量于 {at}，{cpu}，{cores} 核，测量前负载最高 {load}{nice}。",
}
_OF_STORE = {
    "en": "{name} with {{calls:,.0f}} calls, {{written_calls_s:g}} a second being written: {{asked:g}} reports, "
    "drills and searches, {{over_200_ms:g}} of them over 200 ms at p95 (median {{median_p95_ms:g}} ms, worst "
    "{{worst_p95_ms:g}} ms); from {{calls_before:,.0f}} calls on p95 grows by a factor of {{median_growth:g}} "
    "(median), {{worst_growth:g}} at most; {{bytes_a_whole_call:,.0f}} bytes a call with all its details; "
    "{{ingest_calls_s:g}} calls a second stored durably; {{differences:g}} sums of {{recounted_calls:,.0f}} calls "
    "differ from a recount. "
    "All figures are in docs/store.md.",
    "zh-CN": "{name}，{{calls:,.0f}} 个通话，每秒写入 {{written_calls_s:g}} 个：{{asked:g}} 种报表、明细和查询中，"
    "p95 超过 200 毫秒的有 {{over_200_ms:g}} 种（中位数 {{median_p95_ms:g}} 毫秒，最慢 {{worst_p95_ms:g}} 毫秒）；"
    "与 {{calls_before:,.0f}} 个通话时相比，p95 增长 {{median_growth:g}} 倍（中位数），最多 {{worst_growth:g}} 倍；"
    "每个通话连同全部明细占 {{bytes_a_whole_call:,.0f}} 字节；持久写入每秒 {{ingest_calls_s:g}} 个通话；"
    "对 {{recounted_calls:,.0f}} 个通话重新统计，不一致的汇总有 {{differences:g}} 处。全部数据见 docs/store.md。",
}
# What else a case has measured, by its name.
_MORE = {
    "en": {
        **{f"store_{backend}_queues": _OF_STORE["en"].format(name=name) for backend, name in _STORES.items()},
        "live_floor": "On the floor the engine needed {cpu_engine:g} of a core, Asterisk {cpu_asterisk:g}; "
        "the longest gap between two packets of a talk was {rtp_longest_gap_ms:g} ms "
        "({rtp_gaps_over_60_ms:g} over 60 ms); "
        "{recordings_right_length:g} of {recordings_expected:g} recordings are there and as long as the talk.",
        "live_flows": "In flows {callers:g} callers pressed {keys:g} keys; {lost:g} were not answered within two "
        "seconds ({peer_lost:g} by the dialplan).",
        "screen_pop": "Screen-pops were measured for {length_s:g} s with {pages:g} pages open, one of which never "
        "reads, and {calls_a_second:g} calls a second before a played Asterisk: {lost:g} of {pops:g} pops were lost, "
        "{doubled:g} came twice; memory grew by {engine_growth_mb:g} MB (engine), {edge_growth_mb:g} MB (edge) and "
        "{page_growth_mb:g} MB (page).",
        "live_waits": "Callers waited {mean_wait_s:g} s on average; simulated: {simulated_mean_wait_s:g} s.",
    },
    "zh-CN": {
        **{f"store_{backend}_queues": _OF_STORE["zh-CN"].format(name=name) for backend, name in _STORES.items()},
        "live_floor": "整个中心测量中，引擎占用 {cpu_engine:g} 个核，Asterisk 占用 {cpu_asterisk:g} 个核；"
        "通话中相邻语音包的最大间隔为 {rtp_longest_gap_ms:g} 毫秒（超过 60 毫秒的有 {rtp_gaps_over_60_ms:g} 次）；"
        "{recordings_expected:g} 个录音中有 {recordings_right_length:g} 个存在且时长与通话一致。",
        "live_flows": "流程测量中 {callers:g} 个来电共按键 {keys:g} 次，两秒内未应答 {lost:g} 次"
        "（拨号方案为 {peer_lost:g} 次）。",
        "screen_pop": "弹屏测量历时 {length_s:g} 秒，打开 {pages:g} 个页面（其中一个从不读取），"
        "由模拟的 Asterisk 每秒产生 {calls_a_second:g} 个来电：{pops:g} 次弹屏中丢失 {lost:g} 次、"
        "重复 {doubled:g} 次；"
        "内存增长：引擎 {engine_growth_mb:g} MB，边缘服务 {edge_growth_mb:g} MB，页面 {page_growth_mb:g} MB。",
        "live_waits": "来电者平均等待 {mean_wait_s:g} 秒；模拟结果为 {simulated_mean_wait_s:g} 秒。",
    },
}
_NICE = {"en": ", all measured processes at niceness {nice}", "zh-CN": "，被测进程 nice 值均为 {nice}"}


class NoPlace(Exception):
    """A README without the two markers."""


def table(results: list[Result], language: str) -> str:
    heads = _HEADS[language]
    lines = [_row(heads), _row(["---"] * len(heads))]
    for result in sorted(results, key=_place):
        lines.append(
            _row([
                _CASES[language].get(result.case, result.case), f"**{_shown(result.p50)}** / {_shown(result.p99)}",
                result.peer_name, f"{_shown(result.peer_p50)} / {_shown(result.peer_p99)}",
                f"{result.ratio:g}", result.unit,
            ])
        )  # fmt: skip
    return "\n".join([*lines, "", *_more(results, language), *_footnotes(results, language)])


def rewrite(folder: Path, results: list[Result]) -> list[Path]:
    """Replace what stands between the markers in each README that exists; raises NoPlace."""
    found = {language: folder / name for language, name in FILES.items() if (folder / name).exists()}
    texts = {path: _replaced(path, table(results, language)) for language, path in found.items()}
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return list(texts)


def _place(result: Result) -> int:
    """As the cases are listed above; a case without a text comes last."""
    listed = list(_CASES["en"])
    return listed.index(result.case) if result.case in listed else len(listed)


def _replaced(path: Path, made: str) -> str:
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise NoPlace(f"{path} has no line {BEGIN} followed by a line {END}; the table goes between them")
    return f"{before}{BEGIN}\n{made}\n{END}{after}"


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def _shown(number: float) -> str:
    return f"{number:,.0f}" if number >= 1000 else f"{number:g}"


def _more(results: list[Result], language: str) -> list[str]:
    known = _MORE[language]
    return [known[result.case].format(**result.more) for result in results if result.more and result.case in known]


def _footnotes(results: list[Result], language: str) -> list[str]:
    """One for all cases that were measured on one day and machine."""
    together: dict[tuple[str, int, str, int], float] = {}
    for result in results:
        machine = result.machine
        where = (result.at[:10], machine.cores, machine.cpu, machine.nice)
        together[where] = max(machine.load, together.get(where, 0.0))
    return [_footnote(*where, load, language) for where, load in together.items()]


def _footnote(at: str, cores: int, cpu: str, nice: int, load: float, language: str) -> str:
    shown = _NICE[language].format(nice=nice) if nice else ""
    return _MEASURED[language].format(at=at, cores=cores, cpu=cpu, load=load, nice=shown)
