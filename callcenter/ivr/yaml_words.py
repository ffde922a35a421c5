"""What the YAML reader says is wrong, in both languages. It knows a few dozen sentences; of one that is not among
these people who read Chinese are told where it is and what to look at."""

from callcenter.calls.languages import Text

_ANYTHING = "这里的写法有误，请检查缩进、引号、冒号和括号"

_TOLD = {
    "did not find expected <document start>": "这里不应还有内容",
    "did not find expected node content": "这里缺少内容",
    "did not find expected '-' indicator": "列表的这一行应以 - 开头，并与上一项对齐",
    "did not find expected key": "这里应为字段名；请检查缩进，以及上一行的引号是否成对",
    "did not find expected ',' or ']'": "这里缺少 , 或 ]",
    "did not find expected ',' or '}'": "这里缺少 , 或 }",
    "mapping values are not allowed in this context": "这里不能有“字段: 值”；含冒号的文本需要加引号",
    "block sequence entries are not allowed in this context": "这里不能开始列表",
    "mapping keys are not allowed in this context": "这里不能有字段名",
    "could not find expected ':'": "字段名后面缺少冒号",
    "found character that cannot start any token": "值不能以这个字符开头；请加引号",
    "found unexpected end of stream": "引号没有闭合，内容就结束了",
    "found unexpected document indicator": "引号没有闭合就出现了 ---",
    "found unknown escape character": "反斜杠后面的字符不可用",
    "did not find expected hexdecimal number": "反斜杠后面应为十六进制数",
    "found invalid Unicode character escape code": "反斜杠后面不是有效的字符编码",
    "found a tab character that violates indentation": "不能用制表符缩进；请用空格",
    "found a tab character where an indentation space is expected": "不能用制表符缩进；请用空格",
    "found a tab character where an intendation space is expected": "不能用制表符缩进；请用空格",
    "did not find expected alphabetic or numeric character": "这里应为字母或数字",
    "did not find expected comment or line break": "这里应换行",
    "found undefined tag handle": "不允许使用标签",
    "found undefined alias": "不允许使用别名",
    "control characters are not allowed": "含有不可用的控制字符",
}


def told(context: str | None, problem: str | None) -> Text:
    """`context` and `problem` as the reader gives them."""
    english = ", ".join(part for part in (context, problem) if part)
    return Text(en=english, zh=_TOLD.get(problem or "", _ANYTHING))
