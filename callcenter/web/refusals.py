"""Every sentence by which the API says why it refuses what a page has sent, in both languages, by its word.

Sentences of other rooms (flows, the centre's document, cards, reports) stand there.
"""

from callcenter.calls.complaint import Sentences
from callcenter.calls.languages import Text

_PEOPLE = {
    "no_role": Text(en="there is no role {role}", zh="没有角色 {role}"),
    "no_agent": Text(
        en="the centre has no agent {agent}; add it there first",
        zh="没有工号为 {agent} 的坐席；请先在呼叫中心设置中添加",
    ),
    "agent_taken": Text(
        en="{agent} belongs to the account {username} already", zh="工号 {agent} 已属于账号 {username}"
    ),
    "no_group": Text(en="the centre has no group {group}", zh="没有班组 {group}"),
    "no_queue": Text(en="the centre has no queue {queue}", zh="没有队列 {queue}"),
    "bad_role_id": Text(
        en="{id!r} is no id for a role; allowed: a-z, 0-9 and _, beginning with a letter, 32 at most",
        zh="“{id}”不能作为角色标识；应为小写字母、数字和下划线，以字母开头，最多 32 个字符",
    ),
    "concerns_nobody": Text(
        en="concerns nobody in particular; allowed: all, or leave it out",
        zh="此权限不针对具体的人；应为 all（全部），或去掉",
    ),
    "no_mask": Text(en="{mask} is a mask of no number of this card", zh="{mask} 不对应该客户的任何号码"),
    "mask_twice": Text(
        en="{mask} is there {sent} times and stands for {known} numbers; send each of them once",
        zh="{mask} 出现了 {sent} 次，而对应的号码有 {known} 个；每个只填一次",
    ),
    "masked_new": Text(
        en="a new card takes whole numbers, not masked ones", zh="新客户需要完整的号码，不能是隐藏了部分数字的号码"
    ),
    "masked": Text(
        en="is masked; name the customer or the call it was shown with, or give the whole number",
        zh="号码隐藏了部分数字；请从客户资料或通话记录拨打，或输入完整号码",
    ),
    "not_dialled": Text(
        en="cannot be dialled; allowed: 2 to 20 digits, + first if at all",
        zh="无法拨打；应为 2 到 20 位数字，前面可加 +",
    ),
}

_SENDING = {
    "too_many_webhooks": Text(
        en="there are {count} webhooks; delete one first", zh="已有 {count} 个推送；请先删除一个"
    ),
    "too_many_schedules": Text(
        en="there are {count} schedules; delete one first", zh="已有 {count} 个定时报表；请先删除一个"
    ),
    "week_days": Text(en="a week has the days 1 (Monday) to 7", zh="每周的日子应为 1（星期一）到 7"),
    "one_webhook": Text(en="give the id of one webhook", zh="请选择一个推送"),
    "no_mail_server": Text(
        en="no mail server is set in config.yaml (reports.mail)",
        zh="config.yaml 中没有设置邮件服务器（reports.mail）",
    ),
    "one_address": Text(en="give one address at least", zh="请至少填写一个地址"),
}

_SCORES = {
    "other_card_id": Text(en="id: is {id!r}, and the address says {place!r}", zh="标识是“{id}”，而地址中是“{place}”"),
    "not_in_call": Text(en="did not talk in this call", zh="该坐席没有参与此通话"),
}

_FLOWS = {
    "not_spoken": Text(
        en="{count} of {of} texts cannot be spoken, the first: {english}", zh="{of} 条文本中有 {count} 条无法合成语音"
    ),
    "not_spoken_one": Text(en="{english}", zh="此文本无法合成语音"),
    "no_voice": Text(en="there is no voice here", zh="此服务器没有语音合成"),
    "other_flow": Text(
        en="the text is of the flow {found!r}, not of {flow!r}", zh="内容属于流程“{found}”，而不是“{flow}”"
    ),
    "no_version_number": Text(en="{said!r} is no number of a version", zh="“{said}”不是版本号"),
    "bad_session": Text(en="{english}; give the one of the last answer", zh="会话无效；请使用上一次返回的会话"),
}

_OTHER = {
    "no_day": Text(
        en="{given!r} is no day; write it as 2026-11-30", zh="“{given}”不是日期；请写成 2026-11-30 的形式"
    ),
    "days_off": Text(en="must not be before `from`; {most} days at most", zh="不能早于开始日期；最多 {most} 天"),
    "bad_page": Text(
        en="nothing has this id; give the `before` of the last answer", zh="没有此项；请使用上一页返回的 before"
    ),
    "no_file": Text(en="is missing from the form", zh="表单中没有文件"),
    "no_file_last": Text(
        en="is missing from the form, or not its last part", zh="表单中没有文件，或文件不是最后一部分"
    ),
    "not_among": Text(en="{given!r}; allowed are {names}", zh="“{given}”不可用；可用：{names}"),
    "nul": Text(en="the body holds a NUL character; text without it is allowed", zh="内容中有空字符（NUL）；请去掉"),
    "reversed_period": Text(en="is before from; give a later moment", zh="早于开始时间；请给出更晚的时间"),
    "given_twice": Text(en="is given twice; give it once", zh="出现了两次；只能给一次"),
}

refusal = Sentences({**_PEOPLE, **_SENDING, **_SCORES, **_FLOWS, **_OTHER})
