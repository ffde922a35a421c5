"""Every sentence about what does not hold together in a centre document, in both languages, by its word."""

from callcenter.calls.complaint import Sentences
from callcenter.calls.languages import Text

_THINGS = {
    "flow": Text(en="flow", zh="流程"),
    "queue": Text(en="queue", zh="队列"),
    "agent": Text(en="agent", zh="坐席"),
    "group": Text(en="group", zh="班组"),
    "skill": Text(en="skill", zh="技能"),
    "roster": Text(en="roster", zh="班次"),
    "music": Text(en="music", zh="等待音乐"),
    "mailbox": Text(en="mailbox", zh="留言信箱"),
    "number": Text(en="number", zh="号码"),
    "tier": Text(en="tier", zh="客户等级"),
    "disposition": Text(en="disposition", zh="小结"),
    "trunk": Text(en="trunk", zh="中继"),
    "nothing": Text(en="none", zh="无"),
}

mistake = Sentences(
    {
        **_THINGS,
        "unknown": Text(en="there is no {what} {name!r}; known: {names}", zh="没有{what}“{name}”；可用：{names}"),
        "choose": Text(en="choose a {what}; known: {names}", zh="请选择{what}；可用：{names}"),
        "unknown_zone": Text(
            en="there is no time zone {zone!r}; allowed: names such as Asia/Shanghai or Europe/Berlin",
            zh="没有时区“{zone}”；应为 Asia/Shanghai 或 Europe/Berlin 之类的名称",
        ),
        "twice": Text(en="{id!r} is there twice; every id must be unique", zh="“{id}”出现了两次；每个标识只能有一个"),
        "limit_below_wrap_up": Text(
            en="shorter than wrap_up_s; allowed: {least} or more", zh="短于话后时间；应为 {least} 或更长"
        ),
        "relaxed_backwards": Text(
            en="each step comes later than the one before and asks for a lower level",
            zh="每一步应晚于上一步，且要求的等级更低",
        ),
        "itself": Text(en="{id!r} is this queue itself; name another", zh="“{id}”就是此队列本身；请选择别的队列"),
        "no_callback": Text(
            en="callbacks need a queue with a `callback` section", zh="回呼需要设置了回呼（callback）的队列"
        ),
        "no_id": Text(en="{to} has no id; leave it out", zh="{to} 没有 id；请去掉"),
        "no_queue": Text(
            en="only `to: agent` has a queue; {to} has `id`", zh="只有 `to: agent` 才有 queue；{to} 用 `id`"
        ),
        "before": Text(en="before {day}; allowed: that day or later", zh="早于 {day}；应为当天或之后"),
        "below_itself": Text(
            en="{id!r} is below itself; name another parent, or none",
            zh="“{id}”成了自己的下级；请选择别的上级，或留空",
        ),
        "concerns_nobody": Text(
            en="concerns nobody in particular; allowed: all", zh="此权限不针对具体的人；应为 all（全部）"
        ),
        "kept_right": Text(
            en="cannot be taken from {role}, or nobody could give it back; allowed: all",
            zh="不能从 {role} 收回，否则再没有人能授予；应为 all（全部）",
        ),
        "agents_id": Text(
            en="{number} is an agent's id; name a number that is free", zh="{number} 是坐席的工号；请换一个未用的号码"
        ),
        "hotlines_number": Text(
            en="{number} is a hotline's number; name a number that is free",
            zh="{number} 是热线号码；请换一个未用的号码",
        ),
        "rooms_number": Text(
            en="{number} is another room's number; name a number that is free",
            zh="{number} 是另一个会议室的号码；请换一个未用的号码",
        ),
        "unknown_placeholder": Text(
            en="there is no placeholder {{{name}}}; known: {names}", zh="没有占位符 {{{name}}}；可用：{names}"
        ),
        "percent": Text(en="{limit} percent; allowed: 0 to 100", zh="{limit}%；应为 0 到 100"),
        "mailboxes_number": Text(
            en="{number} is another mailbox's number; name one that is free",
            zh="{number} 是另一个信箱的号码；请换一个未用的号码",
        ),
    }
)
