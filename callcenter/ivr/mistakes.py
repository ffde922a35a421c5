"""Every sentence about what is wrong with a flow, in both languages, by its word."""

from callcenter.calls.complaint import Sentences
from callcenter.calls.languages import Text

_SLUG_EN = "a-z, 0-9 and _, starting with a letter, at most 32"
_SLUG_ZH = "小写字母、数字和下划线，以字母开头，最多 32 个字符"

_FILE = {
    "file_too_long": Text(
        en="the file has {count} characters; at most {most} are allowed",
        zh="内容有 {count} 个字符；最多 {most} 个",
    ),
    "not_yaml_text": Text(en="this is not YAML text: {english}", zh="这不是 YAML 文本，其中有不可用的字符"),
    "bad_yaml": Text(en="this is not correct YAML: {said}", zh="不是正确的 YAML：{said}"),
    "bad_yaml_alias": Text(
        en='this is not correct YAML: {said}; to bind the key *, write it in quotes: "*"',
        zh='不是正确的 YAML：{said}；要使用按键 *，请加引号："*"',
    ),
    "file_no_mapping": Text(
        en="the file must be a mapping: lines of the form `field: value`", zh="内容应由“字段: 值”形式的行组成"
    ),
    "alias": Text(
        en='aliases (*name) are not allowed; to bind the key *, write it in quotes: "*"',
        zh='不允许使用别名（*name）；要使用按键 *，请加引号："*"',
    ),
    "anchor": Text(en="anchors (&name) are not allowed", zh="不允许使用锚点（&name）"),
    "tag": Text(en="tags ({tag}) are not allowed", zh="不允许使用标签（{tag}）"),
    "too_many_entries": Text(
        en="the file has too many entries; at most {most} are allowed", zh="内容的条目过多；最多 {most} 个"
    ),
    "too_deep": Text(
        en="the file is nested too deeply; at most {most} levels are allowed", zh="嵌套过深；最多 {most} 层"
    ),
    "one_document": Text(en="only one document (---) is allowed in a file", zh="一个文件中只能有一份内容（---）"),
}

_FIELDS = {
    "missing": Text(en="missing: {what}", zh="缺少：{what}"),
    "the_text_in": Text(en="the text in {language}", zh="{language} 文本"),
    "say_or_play": Text(
        en="say (the texts, one a language) or play (the name of a prompt)",
        zh="say（每种语言的文本）或 play（提示音的名称）",
    ),
    "a_value_as_in": Text(
        en="a value, as in `values: {{name: expression}}`", zh="至少一个值，例如 `values: {{name: 表达式}}`"
    ),
    "times_from_to": Text(en="times, from 1 to 20", zh="times（次数），1 到 20"),
    "which_it_takes": Text(en="with.{name}, which the flow takes", zh="with.{name}，该流程需要此值"),
    "not_one_of": Text(en="{value!r} is not allowed; allowed: {names}", zh="“{value}”不可用；可用：{names}"),
    "not_in_range": Text(
        en="{value!r} is not allowed; allowed: a number from {least} to {most}",
        zh="“{value}”不可用；应为 {least} 到 {most} 的数字",
    ),
    "not_whole": Text(en="{value} is not a whole number", zh="{value} 不是整数"),
    "not_slug": Text(en=f"{{value!r}} is not allowed; allowed: {_SLUG_EN}", zh=f"“{{value}}”不可用；应为{_SLUG_ZH}"),
    "not_value_name": Text(
        en=f"{{value!r}} is no name of a value; allowed: {_SLUG_EN}, and none of {{reserved}}",
        zh=f"“{{value}}”不能作为值的名称；应为{_SLUG_ZH}，且不能是 {{reserved}}",
    ),
    "not_prompt_name": Text(
        en=f"{{value!r}} is no name of a prompt; allowed: {_SLUG_EN}",
        zh=f"“{{value}}”不能作为提示音的名称；应为{_SLUG_ZH}",
    ),
    "not_node_id": Text(
        en=f"{{value!r}} is no id of a node; allowed: {_SLUG_EN}", zh=f"“{{value}}”不能作为节点标识；应为{_SLUG_ZH}"
    ),
    "not_flow_id": Text(
        en=f"{{value!r}} is no id of a flow; allowed: {_SLUG_EN}", zh=f"“{{value}}”不能作为流程标识；应为{_SLUG_ZH}"
    ),
    "unknown": Text(en="there is no {what} {name!r}; {known}", zh="没有{what}“{name}”；{known}"),
    "unknown_skill": Text(en="there is no such skill; {known}", zh="没有这项技能；{known}"),
    "unknown_fact": Text(en="there is no {name!r}; {known}", zh="没有“{name}”；{known}"),
    "unknown_field": Text(
        en="there is no field {name!r} here; allowed: {names}", zh="这里没有字段“{name}”；可用：{names}"
    ),
    "unknown_field_comma": Text(
        en="there is no field {name!r} here; allowed: {names}; in braces a text with a comma needs quotes",
        zh="这里没有字段“{name}”；可用：{names}；花括号中含逗号的文本需要加引号",
    ),
    "unknown_kind": Text(en="there is no kind {name!r}; known: {names}", zh="没有节点类型“{name}”；可用：{names}"),
    "one_value": Text(en="{shown} is not allowed; one value is wanted", zh="{shown}不可用；这里需要一个值"),
    "mapping_wanted": Text(
        en="{shown} is not allowed; a mapping is wanted, e.g. {{field: value}}",
        zh="{shown}不可用；这里需要“字段: 值”的形式，例如 {{field: value}}",
    ),
    "list_wanted": Text(
        en="{shown} is not allowed; a list is wanted, e.g. [a, b]", zh="{shown}不可用；这里需要列表，例如 [a, b]"
    ),
    "entry_wanted": Text(
        en="a list of at least one entry is wanted, each beginning with -", zh="这里需要至少一项的列表，每项以 - 开头"
    ),
    "no_field_name": Text(en="{shown} cannot be the name of a field", zh="{shown}不能作为字段名"),
    "twice": Text(
        en="{name!r} is there twice, first on line {line}; keep one of them",
        zh="“{name}”出现了两次，第一次在第 {line} 行；请保留一个",
    ),
    "exclude": Text(
        en="{one} and {other} exclude each other; keep one of them", zh="{one} 与 {other} 不能同时使用；请保留一个"
    ),
    "no_key": Text(en="no key is bound; write e.g. {{1: sales}}", zh="没有设置按键；例如 {{1: sales}}"),
    "not_a_key": Text(
        en='{shown} is no telephone key; allowed: one of 0 to 9, "*" and "#"',
        zh='{shown}不是电话按键；可用：0 到 9、"*" 和 "#"',
    ),
    "no_node": Text(en="{shown} is no node; write its fields below it", zh="{shown}不是节点；请在其下方写出各字段"),
    "not_printable": Text(
        en="allowed are printable characters, at most {most}", zh="只能是可显示的字符，最多 {most} 个"
    ),
    "title_too_long": Text(en="a title has at most {most} characters", zh="标题最多 {most} 个字"),
    "at_character": Text(en="{said} (character {at})", zh="{said}（第 {at} 个字符）"),
    "as_it_is": Text(en="{said}", zh="{said}"),
    "in_field": Text(en="{field}: {said}", zh="{field}：{said}"),
    "in_node": Text(en="line {line}, node {node!r}: {said}", zh="第 {line} 行，节点“{node}”：{said}"),
    "on_line": Text(en="line {line}: {said}", zh="第 {line} 行：{said}"),
    "no_nodes": Text(en="a flow needs at least one node", zh="流程至少需要一个节点"),
    "too_many": Text(en="has {count} entries; at most {most} are allowed", zh="有 {count} 项；最多 {most} 项"),
}

_NODES = {
    "at_telephone": Text(
        en="{kind} needs our own telephone, and Twilio runs this flow without a way to it: set"
        " twilio.sip_address in config.yaml, or let the number come by a trunk",
        zh="{kind} 需要本系统的电话，而 Twilio 运行此流程时没有通往它的路：请在 config.yaml 中设置"
        " twilio.sip_address，或让该号码经中继接入",
    ),
    "key_twice": Text(
        en="the key {key} is bound twice, by repeat and by keys; keep one of them",
        zh="按键 {key} 同时用于重听和选择；请保留一个",
    ),
    "no_key_solved": Text(
        en="no key says that the problem is solved; mark one, e.g. {{1: {{solved: true}}}}",
        zh="没有按键表示问题已解决；请标记一个，例如 {{1: {{solved: true}}}}",
    ),
    "rates_nothing": Text(
        en="a question with `asks: resolution` rates nothing; its keys have solved: true or false",
        zh="`asks: resolution` 的问题不评分；其按键只标记 solved: true 或 false",
    ),
    "resolves_nothing": Text(
        en="only a question with `asks: resolution` has keys that are marked solved",
        zh="只有 `asks: resolution` 的问题才能用 solved 标记按键",
    ),
    "get_without_json": Text(
        en="GET sends no json; allowed with it: POST, PUT, PATCH, DELETE",
        zh="GET 不发送 json；可用：POST、PUT、PATCH、DELETE",
    ),
    "no_header": Text(
        en="is no header that a flow may set; allowed: letters, digits and -, none of {names}",
        zh="流程不能设置此请求头；应为字母、数字和 -，且不能是 {names}",
    ),
    "name_of_secret": Text(
        en=f"expected the name of a secret, not the secret itself; allowed: {_SLUG_EN}",
        zh=f"这里应为密钥的名称，而不是密钥本身；应为{_SLUG_ZH}",
    ),
    "no_trouble_status": Text(
        en="is no HTTP status that tells of trouble; allowed: 300 to 599",
        zh="不是表示失败的 HTTP 状态；应为 300 到 599",
    ),
    "path_wanted": Text(
        en="expected a path that begins with one slash, since the service is named",
        zh="已指定服务，这里应为以一个斜杠开头的路径",
    ),
    "address_wanted": Text(
        en="expected http:// or https://, a host that is written out, a slash and the path",
        zh="应为 http:// 或 https://、直接写出的主机名、斜杠和路径",
    ),
    "no_address_character": Text(
        en="holds a character that has no place in an address; write it as %20 and the like",
        zh="含有地址中不能出现的字符；请写成 %20 之类的形式",
    ),
    "over_100": Text(en="they come to more than 100 percent", zh="合计超过百分之百"),
    "not_taken": Text(en="the flow does not take it; {known}", zh="该流程不需要此值；{known}"),
    "not_given": Text(en="the flow does not give {name!r}; {known}", zh="该流程不返回“{name}”；{known}"),
    "faulty_flow": Text(
        en="{flow!r} has mistakes, or flows call each other in a circle", zh="“{flow}”有错误，或流程之间循环调用"
    ),
    "circle": Text(
        en="{flow!r} comes back to this flow: flows must not call each other in a circle",
        zh="“{flow}”会回到本流程：流程之间不能循环调用",
    ),
    "never_back": Text(
        en="the flow never comes back: it has no return; leave next out",
        zh="该流程没有 return，不会返回；请去掉 next",
    ),
    "no_language": Text(en="{value!r} is no language; allowed: {names}", zh="“{value}”不是可用的语言；可用：{names}"),
    "most_below_least": Text(en="{most} is less than least, {least}", zh="{most} 小于 least（{least}）"),
    "same_times": Text(
        en="the same as from; a whole day is 00:00 to 24:00", zh="与开始时间相同；全天写作 00:00 到 24:00"
    ),
    "no_time": Text(
        en="{value!r} is no time of day; allowed: HH:MM from 00:00 to 24:00",
        zh="“{value}”不是时间；应为 00:00 到 24:00 的 HH:MM",
    ),
    "no_weekday": Text(
        en="{value!r} is no weekday; allowed: {names} and e.g. mon-fri",
        zh="“{value}”不是星期；可用：{names}，或如 mon-fri",
    ),
    "covered": Text(
        en="the ranges before this one cover all of it, so it never applies",
        zh="前面的时段已完全覆盖此时段，它不会生效",
    ),
    "no_variable": Text(en="{name}: {value!r} is no name of a variable", zh="{name}：“{value}”不能作为变量名"),
    "no_script_name": Text(
        en="{value!r} is no name of a script; allowed: letters, digits, _ and -, and an ending",
        zh="“{value}”不能作为脚本名；应为字母、数字、_ 和 -，以及扩展名",
    ),
    "not_on_card": Text(en="a card has no {name!r}; {known}", zh="客户资料中没有“{name}”；{known}"),
    "bad_default": Text(en="{value!r} is {trouble}", zh="“{value}”：{trouble}"),
}

_WAYS = {
    "unreachable": Text(
        en="no way leads here from the start; remove the node or name it somewhere",
        zh="从起点没有路径通到这里；请删除此节点，或从别处引一条路径过来",
    ),
    "dead_end": Text(
        en="a dead end: no way leads from here to a queue, a mailbox or hang_up",
        zh="死路：从这里到不了队列、留言信箱或挂断",
    ),
    "silent_loop": Text(
        en="a loop without a wait for a key: {path}; put a menu or a loop node into it, or lead it elsewhere",
        zh="不等待按键的循环：{path}；请在其中加入菜单或循环节点，或引向别处",
    ),
    "unknown_node": Text(en="there is no node {name!r}; {known}", zh="没有节点“{name}”；{known}"),
}

_VALUES = {
    "two_kinds": Text(
        en="{name} is set to a {kind} here and to a {before} elsewhere; give one of them another name",
        zh="{name} 在这里是{kind}，在别处是{before}；请给其中一个改名",
    ),
    "nothing_sets": Text(en="nothing sets {name!r}", zh="没有任何节点设置“{name}”"),
    "nothing_sets_known": Text(en="nothing sets {name!r}; {known}", zh="没有任何节点设置“{name}”；{known}"),
    "not_on_way": Text(
        en="{name!r} is not set on every way to here: not by way of {node} ({field})",
        zh="并非每条到这里的路径都设置了“{name}”：经过 {node}（{field}）时没有",
    ),
    "not_from_start": Text(
        en="{name!r} is not set on every way to here: not from the start",
        zh="并非每条到这里的路径都设置了“{name}”：从起点来时没有",
    ),
    "secret_told": Text(
        en="{name!r} is a secret and must not be said or shown; the last four digits may be: last({name}, 4)",
        zh="“{name}”是保密的值，不能播报或显示；可以只用最后四位：last({name}, 4)",
    ),
    "kind_wanted": Text(en="a {wanted} is wanted, and this is a {found}", zh="这里需要{wanted}，而这是{found}"),
    "not_said_as": Text(
        en="a {kind} cannot be said as {form}; allowed: {names}", zh="{kind}不能按 {form} 播报；可用：{names}"
    ),
    "no_text": Text(en="not a text", zh="不是文本"),
    "text_too_long": Text(en="a text of more than {most} characters", zh="超过 {most} 个字符的文本"),
    "text_too_long_at_most": Text(
        en="a text of more than {most} characters; at most {most}", zh="超过 {most} 个字符的文本；最多 {most} 个"
    ),
    "no_number": Text(en="not a number", zh="不是数字"),
    "number_too_large": Text(en="a number beyond {most}", zh="超过 {most} 的数字"),
    "no_date": Text(en="not a date, such as 2026-01-31", zh="不是日期（例如 2026-01-31）"),
    "no_calendar_day": Text(en="a day that is in no calendar", zh="日历上没有的一天"),
    "no_truth": Text(en="neither true nor false", zh="既不是 true 也不是 false"),
    "no_digits": Text(en="not digits alone", zh="不全是数字"),
    "nothing_there": Text(en="nothing there", zh="没有内容"),
    "last_takes": Text(en="last takes 1 to {most} characters", zh="last 只取 1 到 {most} 个字符"),
    "first_takes": Text(en="first takes a whole number of characters", zh="first 的字符数应为整数"),
    "round_takes": Text(en="round takes 0 to 6 places", zh="round 的小数位数应为 0 到 6"),
    "too_many_values": Text(en="more than {most} values", zh="超过 {most} 个值"),
    "no_way_on": Text(en="no way on: there is no node {name!r}", zh="无法继续：没有节点“{name}”"),
    "uncallable": Text(en="the flow {flow!r} cannot be called", zh="流程“{flow}”无法调用"),
    "caller_gone": Text(en="the flow that called is not there any more", zh="调用方流程已不存在"),
    "no_wait": Text(en="no way on", zh="没有等待，也没有出口"),
    "at_node": Text(en="node {node!r}: {said}", zh="节点“{node}”：{said}"),
}

_EXPRESSIONS = {
    "expression_too_long": Text(en="longer than {most} characters", zh="超过 {most} 个字符"),
    "expression_too_deep": Text(en="nested deeper than {most} levels", zh="嵌套超过 {most} 层"),
    "no_meaning": Text(en="{sign!r} has no meaning here", zh="“{sign}”在这里没有意义"),
    "no_meaning_compare": Text(
        en="{sign!r} has no meaning here; to compare write ==", zh="“{sign}”在这里没有意义；比较请写 =="
    ),
    "no_meaning_write": Text(
        en="{sign!r} has no meaning here; write {instead}", zh="“{sign}”在这里没有意义；请写 {instead}"
    ),
    "unexpected": Text(en="{said!r} is not expected here", zh="这里不应出现“{said}”"),
    "sign_missing": Text(en="{said!r} is missing", zh="缺少“{said}”"),
    "two_at_a_time": Text(en="compare two values at a time, joined by `and`", zh="一次只能比较两个值，请用 and 连接"),
    "in_missing": Text(en="'in' is missing behind 'not'", zh="“not”后面缺少“in”"),
    "value_missing": Text(en="a value is missing", zh="缺少一个值"),
    "value_missing_before": Text(en="a value is missing before {said!r}", zh="“{said}”前面缺少一个值"),
    "no_function": Text(en="there is no function {name!r}; known: {names}", zh="没有函数“{name}”；可用：{names}"),
    "function_takes": Text(
        en="{name} takes ({wanted}), not {count} values", zh="{name} 的参数应为（{wanted}），而不是 {count} 个值"
    ),
    "is_set_takes": Text(en="is_set takes the name of a value", zh="is_set 的参数应为值的名称"),
    "literal": Text(en="{said} is {trouble}", zh="{said}：{trouble}"),
    "text_line": Text(en="a text is one line of printable characters", zh="文本应为一行可显示的字符"),
    "no_value": Text(en="{name} has no value", zh="{name} 没有值"),
    "condition_wanted": Text(en="a condition is wanted", zh="这里需要一个条件"),
    "no_sign": Text(en="only a number has a sign", zh="只有数字可以带正负号"),
    "not_worked_out": Text(en="{what}: {trouble}", zh="{what}：{trouble}"),
    "no_result": Text(en="cannot be worked out", zh="无法计算"),
    "not_with_bool": Text(en="{operator} does not go with yes or no", zh="{operator} 不能用于是/否"),
    "senseless": Text(en="{left} {operator} {right} has no sense", zh="{left} {operator} {right} 没有意义"),
    "unlike": Text(en="a {left} is compared with a {right}", zh="{left}不能与{right}比较"),
    "operand": Text(en="{what} wants a {wanted}, not a {found}", zh="{what} 需要{wanted}，而不是{found}"),
    "brace_alone": Text(
        en="{brace!r} without its counterpart; a brace itself is written {twice}",
        zh="“{brace}”没有配对；要写花括号本身，请写 {twice}",
    ),
    "no_form": Text(en="{form!r} is no way to say a value; known: {names}", zh="没有播报方式“{form}”；可用：{names}"),
}

_WORDS = {
    "none_known": Text(en="there are none", zh="目前一个也没有"),
    "known": Text(en="known: {names}", zh="可用：{names}"),
    "many_known": Text(en="{count} are known", zh="共有 {count} 个"),
    "many_alike": Text(en="{count} are known, among them {names}", zh="共有 {count} 个，其中有 {names}"),
    "shown": Text(en="{value!r}", zh="“{value}”"),
    "nothing": Text(en="nothing", zh="空值"),
    "a_list": Text(en="a list", zh="列表"),
    "a_mapping": Text(en="a mapping", zh="“字段: 值”的形式"),
    "queue": Text(en="queue", zh="队列"),
    "queue_with_callbacks": Text(en="queue with callbacks", zh="支持回呼的队列"),
    "mailbox": Text(en="mailbox", zh="留言信箱"),
    "roster": Text(en="roster", zh="班次"),
    "flow": Text(en="flow", zh="流程"),
    "prompt": Text(en="prompt", zh="提示音"),
    "script": Text(en="script", zh="脚本"),
    "text": Text(en="text", zh="文本"),
    "number": Text(en="number", zh="数字"),
    "date": Text(en="date", zh="日期"),
    "bool": Text(en="bool", zh="是/否"),
    "any": Text(en="any", zh="任意值"),
}

mistake = Sentences({**_FILE, **_FIELDS, **_NODES, **_WAYS, **_VALUES, **_EXPRESSIONS, **_WORDS})
