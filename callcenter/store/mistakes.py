"""Every sentence about accounts, cards and imported rows that cannot be kept, in both languages, by its word."""

from callcenter.calls.complaint import Sentences
from callcenter.calls.languages import Text

_ACCOUNTS = {
    "password_needed": Text(en="a new account needs one", zh="新账号需要设置密码"),
    "length": Text(en="{least} to {most} characters are allowed", zh="应为 {least} 到 {most} 个字符"),
    "bad_username": Text(
        en="{given!r} is not allowed; allowed: a-z, 0-9 and . _ -, 64 at most",
        zh="“{given}”不可用；应为小写字母、数字和 . _ -，最多 64 个字符",
    ),
    "bad_role": Text(
        en="{given!r} is no role; allowed: a-z, 0-9 and _, 32 at most",
        zh="“{given}”不是角色；应为小写字母、数字和下划线，最多 32 个字符",
    ),
    "bad_language": Text(en="{given!r}; allowed: {names}", zh="“{given}”不可用；可用：{names}"),
    "agent_needed": Text(en="an account with the role agent needs an agent id", zh="坐席角色的账号需要填写工号"),
}

_CARDS = {
    "too_long": Text(en="at most {most} characters are allowed", zh="最多 {most} 个字"),
    "empty": Text(en="must not be empty", zh="不能为空"),
    "bad_tier": Text(
        en="{given!r} is no tier; allowed: one letter, A to Z, or empty",
        zh="“{given}”不是等级；应为一个字母 A–Z，或留空",
    ),
    "not_spoken": Text(
        en="{given!r} is not spoken here; allowed: {names} or empty", zh="不支持语言“{given}”；可用：{names}，或留空"
    ),
    "too_many": Text(en="at most {most} are allowed", zh="最多 {most} 个"),
    "bad_number": Text(
        en="{given!r} is no telephone number; allowed: digits, a + before them",
        zh="“{given}”不是电话号码；应为数字，前面可加 +",
    ),
    "no_number": Text(en="{given!r} is no telephone number", zh="“{given}”不是电话号码"),
    "same_card": Text(en="is the same card; name another one", zh="就是同一份客户资料；请选择另一份"),
    "number_twice": Text(en="{number} is on the card already", zh="{number} 在该客户资料中已有"),
}

_FILES = {
    "no_column": Text(en="the file has no such column", zh="文件中没有这一列"),
    "no_field": Text(
        en="{given!r} is no field; allowed: {names}, or empty", zh="没有字段“{given}”；可用：{names}，或留空"
    ),
    "no_name_column": Text(en="one column must be the name", zh="必须有一列是姓名"),
    "no_rows": Text(en="the file has no rows", zh="文件中没有数据行"),
    "too_many_rows": Text(en="more than {most} rows; split the file", zh="超过 {most} 行；请拆分文件"),
    "other_kind": Text(
        en="{name!r} is neither an .xlsx nor a .csv file; save it as one of these",
        zh="“{name}”既不是 .xlsx 也不是 .csv 文件；请另存为其中一种",
    ),
    "unpacks_too_much": Text(
        en="the file unpacks to too much; save the table alone in a new file",
        zh="文件解压后过大；请只把表格另存为新文件",
    ),
    "unsound_xlsx": Text(
        en="this is no sound .xlsx file ({english}); save it anew, or as .csv",
        zh="不是完好的 .xlsx 文件；请重新保存，或另存为 .csv",
    ),
    "bad_line": Text(en="line {line} of the file cannot be read: {english}", zh="文件第 {line} 行无法读取"),
    "no_charset": Text(
        en="the file's text is neither UTF-8 nor GB18030 (GBK); save it as CSV UTF-8",
        zh="文件的文字既不是 UTF-8 也不是 GB18030（GBK）；请另存为 CSV UTF-8",
    ),
}

mistake = Sentences({**_ACCOUNTS, **_CARDS, **_FILES})
