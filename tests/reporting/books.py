"""A small book with every kind of cell, and what a caller could put into it."""

from callcenter.calls.languages import Text
from callcenter.reporting.sheets import Book, Column, Narrowing, Note, Sheet

EVIL = '=HYPERLINK("http://x","y")'
KINDS = ("moment", "text", "count", "seconds", "share", "mean")


def column(kind, zh="列", en="Column"):
    return Column(id=kind, kind=kind, name=Text(zh=zh, en=en))


BOOK = Book(
    report="queues",
    title=Text(zh="队列", en="Queues"),
    zone="Asia/Shanghai",
    from_at=1795795200.0,
    to_at=1795881600.0,
    sheets=(
        Sheet(
            id="by_step",
            name=Text(zh="按 时段/小时", en="By step"),
            columns=(
                column("moment", "时间", "Time"),
                column("text", "备注", "Note"),
                column("count", "进入量", "Offered"),
                column("seconds", "平均应答速度", "ASA"),
                column("share", "服务水平", "Service level"),
                column("mean", "平均得分", "Mean score"),
            ),
            rows=(
                (1795795200.0, EVIL, 12, 75.4, 0.875, 4.5),
                (1795798800.0, "+1\x00\x07", 0, None, None, None),
                (1795802400.0, "客户", 1, 90_000.0, 1.0, 5),
            ),
            sums=(None, "合计", 13, 80.0, 0.9, 4.6),
        ),
        Sheet(id="none", name=Text(zh="空", en="Empty"), columns=(column("text"),), rows=()),
    ),
    notes=(
        Note(
            figure="asa_s",
            name=Text(zh="平均应答速度", en="ASA"),
            formula="asa_s",
            version=1,
            expression="wait_s / answered",
            text=Text(zh="说明", en="explained"),
        ),
    ),
    narrowed=(Narrowing(name=Text(zh="队列", en="queues"), kind="queue", values=("客服",)),),
    wrong=(Text(zh="不相符", en="does not add up"),),
)
