"""The pieces of zh-CN."""

from collections.abc import Mapping

_ONES = "零一二三四五六七八九"
_DIGITS = "零幺二三四五六七八九"
_WEEKDAYS = "一二三四五六日"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def below_hundred(n: int) -> str:
    """零 to 九十九; ten to nineteen as they stand at the beginning: 十五."""
    tens, ones = divmod(n, 10)
    if not tens:
        return _ONES[n]
    return ("" if tens == 1 else _ONES[tens]) + "十" + (_ONES[ones] if ones else "")


def _counted(n: int) -> str:
    return "两" if n == 2 else below_hundred(n)


def _numbers() -> dict[str, str]:
    """`n`: at the beginning; `i`: ten to nineteen inside a number; `h`, `k`: hundreds and thousands."""
    return {
        **{f"n{n}": below_hundred(n) for n in range(100)},
        "two": "两",
        **{f"i{n}": "一" + below_hundred(n) for n in range(10, 20)},
        **{f"h{n}": f"{_counted(n)}百" for n in range(1, 10)},
        **{f"k{n}": f"{_counted(n)}千" for n in range(1, 10)},
        "wan": "万",
        "yi": "亿",
        "point": "点",
        "minus": "负",
        "percent": "百分之",
        "ordinal": "第",
    }


def _digits() -> dict[str, str]:
    """`d`: within a group, the tone kept up; `e`: at the end of one. The 1 of such numbers is yāo."""
    return {
        **{f"d{n}": f"{_DIGITS[n]}，" for n in range(10)},
        **{f"e{n}": f"{_DIGITS[n]}。" for n in range(10)},
        **{f"letter_{letter}": letter.upper() for letter in _LETTERS},
    }


def _calendar() -> dict[str, str]:
    return {
        "year": "年",
        **{f"month{n}": f"{below_hundred(n)}月" for n in range(1, 13)},
        **{f"day{n}": f"{below_hundred(n)}日" for n in range(1, 32)},
        **{f"weekday{n}": f"星期{_WEEKDAYS[n - 1]}" for n in range(1, 8)},
        "before_dawn": "凌晨",
        "morning": "上午",
        "noon": "中午",
        "afternoon": "下午",
        "evening": "晚上",
        **{f"hour{n}": f"{_counted(n)}点" for n in range(13)},
        "sharp": "整",
        **{f"minute{n}": ("零" if n < 10 else "") + f"{below_hundred(n)}分" for n in range(1, 60)},
        "days": "天",
        "hours": "小时",
        "minutes": "分钟",
        "seconds": "秒",
    }


def _money() -> dict[str, str]:
    return {
        "cny": "元",
        "cny_10": "角",
        "cny_100": "分",
        "usd": "美元",
        "usd_100": "美分",
        "eur": "欧元",
        "eur_100": "欧分",
        "gbp": "英镑",
        "gbp_100": "便士",
        "hkd": "港元",
        "hkd_100": "港仙",
        "jpy": "日元",
    }


def _frames() -> dict[str, str]:
    """What stands around values in the sentences that are built in."""
    return {
        "yes": "是",
        "no": "否",
        "agent": "工号",
        "at_service": "为您服务。",
        "asks_help": "请您协助。",
        "callback_tail": "回电客户，尾号",
        "ahead": "您前面还有",
        "ahead_many": "多",
        "ahead_rest": "位客户在等候，请不要挂机，我们会尽快为您接通。",
        "wait": "预计等候时间",
        "about": "大约",
        "less_than": "不到",
        "up_to": "到",
        "or_more": "以上",
        "over_an_hour": "一个多小时",
        "from_an_hour": "一小时以上",
        "at_most_over_an_hour": "最多一个多小时",
        "at_most_hours": "最多几个小时",
        "you_have": "您有",
        "new_messages": "条新留言",
        "heard_messages": "条已听留言",
    }


TEXTS: Mapping[str, str] = {**_numbers(), **_digits(), **_calendar(), **_money(), **_frames()}
