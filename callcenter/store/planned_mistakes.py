"""Every sentence about planned time that cannot be taken, in both languages, by its word."""

from callcenter.calls.complaint import Sentences
from callcenter.calls.languages import Text

mistake = Sentences(
    {
        "no_rows": Text(en="the file has no rows below its headings", zh="文件的标题行下面没有数据"),
        "no_heading": Text(
            en="the first row has no heading {name}; wanted: {names}", zh="首行缺少标题 {name}；需要：{names}"
        ),
        "unknown_heading": Text(
            en="there is no column {given!r}; allowed: {names}", zh="没有名为“{given}”的列；可用：{names}"
        ),
        "heading_twice": Text(en="the column {given!r} is there twice", zh="列“{given}”出现了两次"),
        "empty": Text(en="must not be empty", zh="不能为空"),
        "no_agent": Text(
            en="there is no agent {given!r}; allowed: the ids of the centre's agents, such as {names}",
            zh="没有工号“{given}”；应为中心内的工号，例如 {names}",
        ),
        "no_day": Text(
            en="{given!r} is no day; write it as 2026-11-30", zh="“{given}”不是日期；请写成 2026-11-30 的形式"
        ),
        "no_time": Text(
            en="{given!r} is no time; allowed: 00:00 to 23:59, at the end 24:00 too",
            zh="“{given}”不是时间；应为 00:00 到 23:59，结束时间也可为 24:00",
        ),
        "no_such_hour": Text(
            en="there is no {given} on {day}: the clocks are put forward then",
            zh="{day} 没有 {given}：当天时钟拨快",
        ),
        "no_length": Text(
            en="ends when it begins; the end must be later, and on the next day where it is the smaller one",
            zh="开始与结束相同；结束应晚于开始，若数值更小则算作次日",
        ),
        "no_activity": Text(en="{given!r} is no activity; allowed: {names}", zh="没有活动“{given}”；可用：{names}"),
        "not_paid": Text(
            en="{given!r} is not allowed; allowed: yes, no, or empty for the activity's own",
            zh="“{given}”不可用；应为 是、否，或留空按活动默认",
        ),
        "overlaps": Text(en="overlaps with row {row} of the same agent", zh="与同一坐席的第 {row} 行时间重叠"),
        "overlaps_kept": Text(
            en="overlaps with a shift of {agent} that is there already and stays, on the day before or behind",
            zh="与坐席 {agent} 前一日或后一日已有且保留的班次时间重叠",
        ),
    }
)
