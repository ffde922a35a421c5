"""Pictures of every page in both languages, sizes and themes: `take_screenshots.py FOLDER [part of a name]`."""

import asyncio
import sys
from pathlib import Path

from aiohttp import web
from playwright.async_api import Page, async_playwright

sys.path.insert(0, str(Path(__file__).parent))

from fixture_server import application

FLAGS = [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-sync",
]
# page name -> (who, path, scene, things to do)
SHOTS = {
    "sign_in": ("", "/sign-in", "", []),
    "desk_begin": ("8001", "/desk", "signed_out", []),
    "desk_ready": ("8001", "/desk", "ready", []),
    "desk_state_menu": ("8001", "/desk", "ready", ["click:.state"]),
    "desk_ringing": ("8001", "/desk", "ringing", []),
    "desk_unknown": ("8001", "/desk", "unknown", []),
    "desk_new_card": ("8001", "/desk", "unknown", ["key:Alt+N"]),
    "desk_several": ("8001", "/desk", "several", []),
    "desk_talking": ("8001", "/desk", "ringing", ["answer", "scene:talking", "note"]),
    "desk_hold": (
        "8001",
        "/desk",
        "ringing",
        ["answer", "scene:talking", "click:button[aria-label=Hold],button[aria-label=保持]"],
    ),
    "desk_wrap_up": ("8001", "/desk", "ringing", ["answer", "scene:talking", "note", "scene:wrap_up"]),
    "desk_audio": ("8001", "/desk", "ready", ["click:.strip .open"]),
    "desk_lost": ("8001", "/desk", "ready", ["scene:lost"]),
    "desk_callback": ("8001", "/desk", "callback", []),
    "desk_dialling": ("8001", "/desk", "ready", ["scene:dialling"]),
    "desk_kept": ("8001", "/desk", "ringing", ["answer", "scene:talking", "scene:wrap_up", "scene:kept"]),
    "desk_off_duty": ("8001", "/desk", "ready", ["scene:off_duty"]),
    "desk_other_call": ("8001", "/desk", "ready", ["scene:other_call"]),
    "desk_consult_rings": ("8001", "/desk", "ringing", ["answer", "scene:consult_rings"]),
    "desk_consult": ("8001", "/desk", "ringing", ["answer", "scene:consult"]),
    "desk_three": ("8001", "/desk", "ringing", ["answer", "scene:three"]),
    "desk_reconnecting": ("8001", "/desk", "", ["scene:reconnecting"]),
    "desk_dialling_out": ("8001", "/desk", "", ["scene:dialling_out"]),
    "desk_phone_talk": ("8001", "/desk", "", ["scene:desk_talk"]),
    "desk_phone_held": ("8001", "/desk", "", ["scene:desk_held"]),
    "desk_handed": ("8001", "/desk", "ringing", ["answer", "scene:handed", "click:.history [role=tab] >> nth=1"]),
    "desk_transfer": ("8001", "/desk", "ringing", ["answer", "scene:talking", "key:Alt+F"]),
    "desk_transfer_to": ("8001", "/desk", "ringing", ["answer", "scene:talking", "key:Alt+F", "key:Enter"]),
    "desk_keypad": ("8001", "/desk", "ringing", ["answer", "scene:talking", "key:Alt+K", "key:1", "key:#"]),
    "desk_dial": ("8001", "/desk", "ready", ["key:Alt+K"]),
    "desk_notices": ("8001", "/desk", "ready", ["scene:notices", "click:.bell"]),
    "desk_urgent": ("8001", "/desk", "ready", ["scene:urgent"]),
    "desk_rooms": ("8001", "/desk", "", ["scene:in_room", "click:.side [role=tab] >> nth=2"]),
    "desk_required": ("8001", "/desk", "", ["scene:required", "click:.choices button >> nth=0"]),
    "desk_help": ("8001", "/desk", "ready", ["key:?"]),
    "calls": ("supervisor", "/calls", "", []),
    "call_detail": ("supervisor", "/calls/x", "", ["click:.play", "wait"]),
    "routing": ("supervisor", "/calls/x", "", ["click:.el-drawer .el-segmented__item >> nth=1"]),
    "messages": ("8001", "/messages", "", []),
    "message": ("supervisor", "/messages/cc1-1.70", "", ["click:.play", "wait"]),
    "message_handled": ("supervisor", "/messages/cc1-1.60", "", []),
    "missed": ("supervisor", "/messages/missed-cc1-1.74", "", []),
    "missed_reached": ("supervisor", "/messages/missed-cc1-1.61", "", []),
    "message_claimed": ("8001", "/messages/cc1-1.69", "", []),
    "message_phones": ("supervisor", "/messages", "", ["click:.list .panel-head button >> nth=0"]),
    "messages_empty": ("supervisor", "/messages", "empty", []),
    "callbacks": ("supervisor", "/callbacks", "", []),
    "callback_detail": ("supervisor", "/callbacks", "", ["click:tbody tr:has-text('Reginald')"]),
    "callback_cancel": ("supervisor", "/callbacks", "", ["click:.cancel:not([disabled]) >> nth=0"]),
    "callbacks_empty": ("supervisor", "/callbacks", "empty", []),
    "floor": ("supervisor", "/floor", "", []),
    "why": ("supervisor", "/floor", "", ["click:tr:has-text('Emily') .why"]),
    "floor_lost": ("supervisor", "/floor", "", ["scene:lost"]),
    "floor_empty": ("supervisor", "/floor", "empty", []),
    "floor_agent": ("8900", "/floor", "", ["click:li:has-text('王强') .name button"]),
    "floor_listening": ("8900", "/floor", "", []),
    "floor_no_phone": ("supervisor", "/floor", "", ["click:li:has-text('王强') .name button"]),
    "floor_table": ("8900", "/floor", "", ["click:.board .el-segmented__item >> nth=1", "click:.today .el-segmented__item >> nth=1"]),
    "floor_queue": ("8900", "/floor", "", ["click:.tile h2 button >> nth=0"]),
    "floor_rooms": ("8900", "/floor", "", ["click:#lower-rooms"]),
    "floor_notices": ("8900", "/floor", "", ["click:#lower-notices"]),
    "floor_watchdog": ("8900", "/floor", "", ["click:#lower-mismatches"]),
    "floor_write": ("8900", "/floor", "", ["click:.floor-bar .el-button--small:has(.lucide-message-square-plus)"]),
    "floor_move": ("8900", "/floor", "", ["click:tr:has-text('Emily') .more"]),
    "floor_who": ("8900", "/floor", "", ["click:.dock .acts .el-button:has(.lucide-users-round) >> nth=0"]),
    "wall": ("8900", "/wall", "", []),
    "wall_lost": ("8900", "/wall", "", ["scene:lost"]),
    "report_traffic": ("supervisor", "/reports/traffic?period=this_month&compare=before&queues=sales", "", ["wait"]),
    "report_compare": ("supervisor", "/reports/queues?period=yesterday&compare=week", "", ["click:.bar .compare", "wait"]),
    "report_own": ("supervisor", "/reports/traffic?period=last_week&compare=own&before_from=2026-11-10", "", ["wait"]),
    "report_earlier": ("supervisor", "/reports/queues?period=last_week&compare=before&table=by_queue_before", "", ["wait"]),
    "report_earlier_heat": ("supervisor", "/reports/traffic?period=yesterday&compare=week&table=cells_before", "", ["wait"]),
    "report_earlier_calls": ("supervisor", "/reports/queues?period=yesterday&compare=week", "", ["click:.tiles .before button >> nth=0", "wait"]),
    "report_earlier_time": ("supervisor", "/reports/agents?period=yesterday&compare=week", "", ["click:.tiles .before button >> nth=0", "wait"]),
    "report_causes": ("supervisor", "/reports/causes?period=last_week", "", ["wait"]),
    "report_causes_hours": ("supervisor", "/reports/causes?period=this_month&table=by_hour", "", ["wait"]),
    "report_ivr": ("supervisor", "/reports/ivr?period=this_month", "", ["wait"]),
    "report_refused": ("supervisor", "/reports/queues?period=some_day&zone=Asia/Shanghai", "", []),
    "report_no_queue": ("supervisor", "/reports/queues?period=this_month&queues=gone", "", []),
    "report_none": ("supervisor", "/reports/nothing", "", []),
    "report_heat": ("supervisor", "/reports/traffic?period=this_month", "", ["click:.tabs button >> nth=2", "wait"]),
    "report_heat_table": (
        "supervisor",
        "/reports/traffic?period=this_year",
        "",
        ["click:.tabs button >> nth=2", "click:.heat .el-segmented__item >> nth=1"],
    ),
    "report_year": ("supervisor", "/reports/traffic?period=this_year", "", ["wait"]),
    "report_spoken": ("supervisor", "/reports/survey?period=this_month", "", ["click:.tabs button >> nth=5"]),
    "report_agents": ("supervisor", "/reports/agents?period=last_week", "", []),
    "report_formula": ("supervisor", "/reports/queues?period=this_month", "", ["click:.tiles .name >> nth=13"]),
    "report_empty": ("supervisor", "/reports/survey?period=this_year", "", []),
    "chart_curve": ("supervisor", "/reports/queues?period=this_week&compare=before", "", ["wait"]),
    "chart_exits": ("supervisor", "/reports/traffic?period=yesterday", "", ["click:figure .el-segmented__item >> nth=1"]),
    "chart_queues": ("supervisor", "/reports/queues?period=this_month", "", ["click:.tabs button >> nth=1", "wait"]),
    "chart_waits": ("supervisor", "/reports/queues?period=this_month", "", ["click:.tabs button >> nth=2", "wait"]),
    "chart_times": ("supervisor", "/reports/agents?period=this_week", "", ["wait"]),
    "chart_timeline": ("supervisor", "/reports/timeline?period=yesterday", "", ["wait"]),
    "report_time": ("supervisor", "/reports/agents?period=yesterday", "", ["click:.tiles button.value >> nth=0", "wait"]),
    "report_time_agent": (
        "supervisor",
        "/reports/agents?period=yesterday",
        "",
        ["click:.tiles button.value >> nth=1", "click:.el-drawer .figure >> nth=0", "wait"],
    ),
    "report_time_planned": (
        "supervisor",
        "/reports/agents?period=last_week&agents=8001",
        "",
        ["click:.tabs button >> nth=0", "click:td:nth-child(14) .figure >> nth=0", "wait"],
    ),
    "report_time_share": (
        "supervisor",
        "/reports/agents?period=yesterday&agents=8001",
        "",
        ["click:td:nth-child(16) .figure >> nth=0", "wait"],
    ),
    "report_hops": (
        "supervisor",
        "/reports/ivr?period=this_month",
        "",
        ["click:.tabs button >> nth=2", "click:td .figure >> nth=0", "wait"],
    ),
    "report_quality": ("supervisor", "/reports/quality?period=this_month&table=by_card", "", ["wait"]),
    "report_columns": ("supervisor", "/reports/numbers?period=this_month", "", ["click:.tool .el-button", "click:.choice .el-checkbox >> nth=1"]),
    "report_repeats": ("supervisor", "/reports/repeats?period=this_month", "", ["click:.bar .window"]),
    "shifts": ("supervisor", "/shifts", "", []),
    "shifts_empty": ("supervisor", "/shifts", "empty", []),
    "shifts_mistakes": ("supervisor", "/shifts", "", ["file:.acts input[type=file]"]),
    "shifts_remove": ("supervisor", "/shifts", "", ["click:.acts button:has(.lucide-trash-2)"]),
    "schedules": ("supervisor", "/schedules", "", []),
    "schedules_empty": ("supervisor", "/schedules", "empty", []),
    "schedule": ("supervisor", "/schedules", "", ["click:tbody tr:nth-child(2) .tools button >> nth=2"]),
    "schedule_new": ("supervisor", "/schedules", "", ["click:.acts .el-button--primary", "click:.el-dialog .el-button--primary"]),
    "schedule_runs": ("supervisor", "/schedules", "", ["click:.acts button >> nth=0"]),
    "webhooks": ("admin", "/webhooks", "", []),
    "webhooks_empty": ("admin", "/webhooks", "empty", []),
    "webhook_new": ("admin", "/webhooks", "", ["click:.head .el-button--primary", "click:.el-dialog .el-button--primary"]),
    "webhook_secret": ("admin", "/webhooks", "", ["click:tbody tr:nth-child(1) .tools button >> nth=2", "click:.el-dialog .el-button--primary"]),
    "webhook_deliveries": ("admin", "/webhooks", "", ["click:tbody tr:nth-child(2) .tools button >> nth=0", "click:.el-drawer tbody .opener button >> nth=0"]),
    "system": ("admin", "/system", "", []),
    "account": ("admin", "/system", "", ["click:.avatar"]),
    "users": ("admin", "/users", "", []),
    "user": ("admin", "/users", "", ["click:tbody tr >> nth=0"]),
    "user_new": ("admin", "/users", "", ["click:.page .head button"]),
    "roles": ("admin", "/roles", "", []),
    "role_menu": ("admin", "/roles", "", ["click:thead .name >> nth=0"]),
    "trunks": ("admin", "/trunks", "", []),
    "trunk": ("admin", "/trunks", "", ["click:tbody tr:nth-child(2) .tools button >> nth=1"]),
    "trunk_test": ("admin", "/trunks", "", ["click:.tools button >> nth=0", "number", "click:.el-dialog .el-button--primary"]),
    "prompts": ("admin", "/prompts", "", []),
    "prompt": ("admin", "/prompts", "", ["click:tbody tr:has(.tone-ringing) >> nth=0", "click:.el-drawer .player .play >> nth=0"]),
    "prompt_record": ("admin", "/prompts", "", ["click:tbody tr >> nth=0", "click:.acts .el-button--primary >> nth=0", "click:.recorder .el-button--primary", "wait", "click:.recorder .el-button--danger", "wait"]),
    "prompts_pieces": ("admin", "/prompts", "", ["click:.source", "click:.el-select-dropdown__item >> nth=4"]),
    "studio": ("admin", "/prompts", "", ["click:.head .el-button--primary"]),
    "music": ("admin", "/prompts", "", ["click:.head .acts .el-button >> nth=0"]),
    "studio_check": ("admin", "/prompts", "", ["click:.head .el-button--primary", "file:.el-dialog input[type=file]"]),
    "customers": ("admin", "/customers", "", []),
    "customer": ("admin", "/customers?open=c1", "", []),
    "customer_delete": ("admin", "/customers?open=c1", "", ["click:.delete"]),
    "import_columns": ("admin", "/customers/import", "", ["file"]),
    "import_check": ("admin", "/customers/import", "", ["file", "click:.buttons .el-button--primary"]),
    "import_done": ("admin", "/customers/import", "", ["file", "click:.buttons .el-button--primary", "click:.buttons .el-button--primary"]),
    "audit": ("admin", "/audit", "", ["click:.told button >> nth=1"]),
    "doctor": ("8001", "/doctor", "", ["wait", "wait", "wait"]),
    "check": ("", "/check", "", ["wait", "wait", "wait"]),
    "centre_outbound": ("admin", "/centre?in=outbound", "", []),
    "centre_recording": ("admin", "/centre?in=recording", "", []),
    "centre_recording_rules": (
        "admin",
        "/centre?in=recording",
        "",
        ["click:.el-button--primary:has(.lucide-plus) >> nth=0", "click:.el-button--primary:has(.lucide-plus) >> nth=1"],
    ),
    "centre_rooms": ("admin", "/centre?in=rooms", "", []),
    "centre_pages": ("admin", "/centre?in=pages", "", []),
    "centre_floor": ("admin", "/centre?in=floor", "", []),
    "centre_lists": ("admin", "/centre?in=lists", "", []),
    "centre_desk": ("admin", "/centre?in=queues&at=support", "", ["lead:#group-desk"]),
    "centre": ("admin", "/centre", "", []),
    "centre_queue": ("admin", "/centre?in=queues&at=support", "", []),
    "centre_waiting": ("admin", "/centre?in=queues&at=support", "", ["lead:#group-waiting"]),
    "centre_limits": ("admin", "/centre?in=queues&at=support", "", ["lead:#group-limits"]),
    "centre_agents": ("admin", "/centre?in=agents", "", []),
    "centre_matrix": ("admin", "/centre?in=agents&tab=matrix", "", []),
    "centre_skills": ("admin", "/centre?in=skills", "", []),
    "centre_rules": ("admin", "/centre?in=numbers&at=vip", "", []),
    "centre_blacklist": ("admin", "/centre?in=blacklist", "", []),
    "centre_rosters": ("admin", "/centre?in=rosters", "", []),
    "centre_roster": ("admin", "/centre?in=rosters&at=office", "", []),
    "centre_text": ("admin", "/centre?in=text", "", []),
    "centre_problem": ("admin", "/centre?in=queues&at=sales", "", ["edit", "click:.head .verdict"]),
    "centre_save": ("admin", "/centre?in=numbers", "", ["key_on:.grip ArrowDown", "click:.head .save"]),
    "flows": ("admin", "/flows", "", []),
    "flows_empty": ("admin", "/flows", "empty", []),
    "flow_retire": ("admin", "/flows", "", ["click:.retire >> nth=1"]),
    "flow_kept": ("admin", "/flows", "", ["click:.retire >> nth=0"]),
    "flow_restore": ("admin", "/flows", "", ["click:.restore >> nth=0"]),
    "flow_new": ("admin", "/flows", "", ["click:.page-head .el-button--primary"]),
    "flow": ("admin", "/flows/hotline", "", ["wait"]),
    "flow_seen": ("supervisor", "/flows/hotline", "", ["wait", "click:[data-node=menu]"]),
    "flow_node": ("admin", "/flows/hotline", "", ["wait", "click:[data-node=menu]"]),
    "flow_hours": ("admin", "/flows/hotline", "", ["wait", "click:[data-node=time_of_day]"]),
    "flow_add": ("admin", "/flows/hotline", "", ["wait", "click:.tools .add"]),
    "flow_mistake": ("admin", "/flows/hotline_draft", "", ["wait", "click:[data-node=menu]"]),
    "flow_text": ("admin", "/flows/hotline_draft", "", ["wait", "click:.flow-head .el-segmented__item >> nth=1", "wait"]),
    "flow_walk": ("admin", "/flows/hotline", "", ["wait", "click:.flow-head .walk", "wait", "click:.begin", "click:.silence"]),
    "flow_versions": ("admin", "/flows/hotline", "", ["wait", "click:.flow-head .versions", "wait"]),
    "flow_back": ("admin", "/flows/hotline", "", ["wait", "click:.flow-head .versions", "wait", "click:.act.back >> nth=0"]),
    "flow_publish": ("admin", "/flows/hotline", "", ["wait", "click:[data-node=menu]", "speech", "wait", "wait", "click:.publish", "wait"]),
    "flow_service": ("admin", "/flows/self_service", "", ["wait"]),
    "recordings": ("admin", "/recordings", "", []),
    "recordings_orphans": ("admin", "/recordings", "", ["click:.orphans header .el-button", "lead:.orphans"]),
    "quality": ("supervisor", "/quality", "", []),
    "quality_scores": ("supervisor", "/quality", "", ["click:.quality .el-segmented__item >> nth=1"]),
    "quality_card": ("admin", "/quality", "", ["click:.quality .el-segmented__item >> nth=3", "click:.card"]),
    "call_score": ("supervisor", "/calls/x", "", ["click:.play", "wait", "click:.scoring > .el-button", "lead:.scoring"]),
    "desk_paused": ("8001", "/desk", "talking", []),
    "test_phone": ("8001", "/test-phone", "", []),
}


async def act(page: Page, base: str, what: str) -> None:
    kind, _, target = what.partition(":")
    if kind == "scene":
        await page.context.request.post(f"{base}/scene/{target}")
    elif kind == "click":
        await page.click(target)
    elif kind == "key":
        await page.keyboard.press(target)
    elif kind == "answer":
        await page.click(".answer")
        await page.wait_for_selector(".strip.talking")
    elif kind == "note":
        await page.fill(".notes textarea", "X300 报错 E05，已指导清洁滤网。客户周五方便接电话。")
        await page.click(".choices button >> nth=1")
    elif kind == "edit":
        await page.fill("[data-path='queues[0].name'] input", "")
    elif kind == "number":
        await page.fill(".el-dialog input", "13800138000")
    elif kind == "speech":
        await page.fill(".speech textarea >> nth=1", "To buy something, press 1. For technical support, press 2.")
    elif kind == "file":
        table = {"name": "customers.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}
        await page.set_input_files(target or "input[type=file]", table)
    elif kind == "lead":
        await page.evaluate("place => document.querySelector(place).scrollIntoView()", target)
    elif kind == "key_on":
        place, _, key = target.partition(" ")
        await page.press(f"{place} >> nth=0", key)


async def shoot(browser, folder: Path, name: str, language: str, size: tuple[int, int], dark: bool) -> None:  # type: ignore[no-untyped-def]
    who, path, scene, acts = SHOTS[name]
    runner = web.AppRunner(application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    base = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        locale=language,
        permissions=["microphone"],
    )
    page = await context.new_page()
    page.on("pageerror", lambda error: print(f"{name}: {error}"))
    page.on(
        "console", lambda message: print(f"{name}: {message.text}") if message.type in ("error", "warning") else None
    )
    await page.add_init_script(f"localStorage.setItem('callcenter.language', '{language}')")
    if who:
        await context.request.post(f"{base}/api/v1/session", data={"username": who, "password": "x"})
    if scene in ("signed_out", "paused", "empty"):
        await act(page, base, f"scene:{scene}")
    await page.goto(base + path)
    await page.wait_for_selector(".content > *, .sign-in form, .phone, .off, .wall, .alone")
    await page.wait_for_load_state("networkidle")
    await page.wait_for_timeout(600)
    if scene in ("ringing", "unknown", "several", "callback"):
        await page.wait_for_selector(".strip .lamp.tone-ready")
        await act(page, base, f"scene:{scene}")
        await page.wait_for_timeout(400)
    for what in acts:
        await act(page, base, what)
        await page.wait_for_timeout(450)
    await page.wait_for_timeout(300)
    await page.screenshot(path=folder / f"{name}-{language}-{size[0]}{'-dark' if dark else ''}.png")
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        print(f"{name} {language} {size}: {wide} px too wide")
    cut = await page.evaluate(CUT)
    if cut:
        print(f"{name} {language} {size}: cut {cut}")
    await context.close()
    await runner.cleanup()


async def tried(browser, folder: Path, name: str, language: str, size: tuple[int, int], dark: bool) -> None:  # type: ignore[no-untyped-def]
    try:
        await shoot(browser, folder, name, language, size, dark)
    except Exception as error:
        print(f"{name} {language} {size}: {str(error).splitlines()[0]}")


CUT = """() => [...document.querySelectorAll('.cut, button span')]
  .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
  .map(e => e.textContent.trim()).slice(0, 8)"""


async def main(folder: Path, wanted: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    variants = [
        ("zh-CN", (1440, 900), False),
        ("en", (1440, 900), True),
        ("en", (1024, 768), False),
        ("zh-CN", (1024, 768), True),
    ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name in SHOTS:
            if wanted in name:
                await asyncio.gather(*(tried(browser, folder, name, *variant) for variant in variants))
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""))
