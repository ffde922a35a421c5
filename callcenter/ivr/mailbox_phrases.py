"""What is said to whoever listens to a mailbox by telephone, in every language."""

from callcenter.calls.languages import Text
from callcenter.ivr.phrases import Phrase

mailbox_ask_number = Phrase(
    Text(
        zh="请输入信箱号码，按井号键结束。",
        en="Please enter the number of the mailbox, followed by the pound key.",
    )
)
mailbox_ask_pin = Phrase(Text(zh="请输入密码，按井号键结束。", en="Please enter the PIN, followed by the pound key."))
mailbox_ask_own_pin = Phrase(
    Text(
        zh="请输入密码，按井号键结束。收听其他信箱请按星号键和井号键。",
        en="Please enter your PIN, followed by the pound key. For another mailbox, press star and pound.",
    )
)
mailbox_wrong = Phrase(Text(zh="信箱号码或密码不正确。", en="The mailbox number or the PIN is not correct."))
mailbox_refused = Phrase(Text(zh="输入错误次数过多，再见。", en="There were too many wrong attempts. Goodbye."))
mailbox_empty = Phrase(Text(zh="您没有待处理的留言。", en="There are no messages to deal with."))
mailbox_menu = Phrase(
    Text(
        zh="重听请按1，下一条请按2，上一条请按3，回拨请按4，收听来电号码请按5，标记为已处理请按6，删除请按7，"
        "结束请按星号键。",
        en="To listen again, press 1. For the next message, press 2. For the one before, press 3. To call back, "
        "press 4. For the caller's number, press 5. To mark it as dealt with, press 6. To delete it, press 7. "
        "To finish, press star.",
    )
)
mailbox_greetings = Phrase(Text(zh="管理问候语请按9。", en="For your greetings, press 9."))
mailbox_finish = Phrase(Text(zh="结束请按星号键。", en="To finish, press star."))
mailbox_unplayable = Phrase(Text(zh="抱歉，这条留言无法播放。", en="Sorry, this message cannot be played."))
mailbox_settled = Phrase(Text(zh="已标记为处理完毕。", en="Marked as dealt with."))
mailbox_deleted = Phrase(Text(zh="留言已删除。", en="Message deleted."))
mailbox_withheld = Phrase(Text(zh="来电没有显示号码。", en="The caller's number was withheld."))
mailbox_calling_back = Phrase(
    Text(zh="请挂机，我们马上为您回拨。", en="Please hang up. We will connect you in a moment.")
)
mailbox_no_call_back = Phrase(
    Text(
        zh="现在无法回拨，请先在坐席台签入，或在页面中回拨。",
        en="A call back is not possible now. Please sign in at your desk first, or call back from the page.",
    )
)
mailbox_no_more = Phrase(Text(zh="没有更多留言了。", en="There are no more messages."))
mailbox_bye = Phrase(Text(zh="再见。", en="Goodbye."))
mailbox_told = Phrase(
    Text(
        zh="您好，您的语音信箱有新留言，收听请按1。",
        en="Hello. There is a new message in your mailbox. To listen to it, press 1.",
    )
)
greeting_which = Phrase(
    Text(
        zh="平时的问候语请按1，通话中的问候语请按2，离开时的问候语请按3，返回请按星号键。",
        en="For your usual greeting, press 1. For the one while you are in a call, press 2. "
        "For the one while you are away, press 3. To go back, press star.",
    )
)
greeting_menu = Phrase(
    Text(
        zh="收听现在的问候语请按1，重新录制请按2，恢复默认问候语请按7，返回请按星号键。",
        en="To hear what callers hear now, press 1. To record a new greeting, press 2. To go back to the standard "
        "greeting, press 7. To go back to the menu, press star.",
    )
)
greeting_speak = Phrase(
    Text(
        zh="请在提示音后录制问候语，录完请按井号键。",
        en="Please speak your greeting after the tone. When you have finished, press the pound key.",
    )
)
greeting_review = Phrase(
    Text(
        zh="试听请按1，重新录制请按2，保存请按井号键，放弃请按星号键。",
        en="To listen to it, press 1. To record it again, press 2. "
        "To keep it, press pound. To discard it, press star.",
    )
)
greeting_silent = Phrase(Text(zh="抱歉，没有听到声音。", en="Sorry, nothing was heard."))
greeting_kept = Phrase(
    Text(zh="问候语已保存，下一位来电者就会听到。", en="Your greeting is kept. The next caller will hear it.")
)
greeting_discarded = Phrase(Text(zh="录音已放弃。", en="The recording is discarded."))
greeting_standard = Phrase(Text(zh="已恢复默认问候语。", en="The standard greeting is heard again."))
SAID: tuple[Phrase, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Phrase))

# Sent, not spoken. It names nobody: texts are read by whoever holds the telephone.
mailbox_text = Phrase(
    Text(
        zh="您的语音信箱有新留言，请拨打信箱号码或在页面中收听。",
        en="There is a new message in your mailbox. Dial the mailbox or open the page to listen.",
    )
)
