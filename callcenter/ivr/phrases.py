"""The sentences that are always the same, in every language. Each is called with the language to be said in."""

from collections.abc import Iterator

import msgspec

from callcenter.calls.languages import Language, Prompt, Text


class Phrase(msgspec.Struct, frozen=True):
    text: Text

    def __call__(self, language: Language) -> Prompt:
        return Prompt(language, self.text.in_(language))


def phrases(language: Language) -> tuple[Prompt, ...]:
    """All of them: what is rendered in every centre."""
    return tuple(phrase(language) for _, phrase in named_phrases())


def named_phrases() -> Iterator[tuple[str, Phrase]]:
    """Each with the name it has here."""
    return ((name, value) for name, value in globals().items() if isinstance(value, Phrase))


# ---- at any time

goodbye = Phrase(Text(zh="感谢您的来电，再见。", en="Thank you for calling. Goodbye."))
transferring = Phrase(Text(zh="正在为您转接，请稍候。", en="Connecting you now. Please hold."))
try_later = Phrase(  # something is wrong on our side
    Text(
        zh="非常抱歉，系统暂时无法为您服务，请稍后再拨。",
        en="We are sorry, we cannot help you at the moment. Please call again later.",
    )
)
calling_out = Phrase(Text(zh="正在呼叫。", en="Calling."))  # an agent hears it who calls somebody
invalid_key = Phrase(Text(zh="您的输入有误，请重新输入。", en="Sorry, that is not a valid choice. Please try again."))
missing_key = Phrase(Text(zh="抱歉，没有收到您的按键。", en="Sorry, we did not receive your selection."))

# ---- numbers, dates and PINs that are typed

value_invalid = Phrase(
    Text(zh="抱歉，您输入的内容有误，请重新输入。", en="Sorry, that is not valid. Please enter it again.")
)
value_typed = Phrase(Text(zh="您输入的是", en="Your entry is"))
value_ending = Phrase(Text(zh="您输入的内容，最后几位是", en="The last digits you entered are"))  # of what is secret
value_confirm = Phrase(
    Text(zh="确认请按1，重新输入请按2。", en="If this is correct, press 1. To enter it again, press 2.")
)

# ---- turned away: the call ends after these

blocked = Phrase(  # on the blacklist
    Text(zh="非常抱歉，您的来电无法接通，再见。", en="We are sorry, we cannot take your call. Goodbye.")
)
queue_full = Phrase(
    Text(
        zh="非常抱歉，目前来电较多，排队人数已满，请稍后再拨，再见。",
        en="We are sorry, too many callers are waiting at the moment. Please call again later. Goodbye.",
    )
)
closed = Phrase(  # outside the queue's hours
    Text(
        zh="您好，现在是非服务时间，请您在服务时间内来电，谢谢，再见。",
        en="Thank you for calling. We are closed at the moment. Please call again during our opening hours. Goodbye.",
    )
)
nobody_available = Phrase(  # nobody on duty, signed in or ready, and callers are not to wait for that
    Text(
        zh="非常抱歉，目前没有客服人员可以接听您的来电，请稍后再拨，再见。",
        en="We are sorry, none of our agents can take your call at the moment. Please call again later. Goodbye.",
    )
)
too_long = Phrase(  # the queue's longest wait is over
    Text(
        zh="非常抱歉，让您久等了，目前客服人员全忙，请稍后再拨。再见。",
        en="We are sorry to have kept you waiting. All our agents are still busy. Please call again later. Goodbye.",
    )
)

# ---- waiting

nobody_here = Phrase(  # no agent of the queue is signed in, and the caller may wait nevertheless
    Text(
        zh="非常抱歉，目前没有客服人员在线。您可以继续等候，或稍后再拨。",
        en="We are sorry, none of our agents is available at the moment. You may hold, or call again later.",
    )
)
agent_lost = Phrase(  # the agent's line broke in mid-talk and the caller waits for another
    Text(
        zh="抱歉，通话意外中断，请不要挂机，我们马上为您接通其他客服人员。",
        en="We are sorry, the line to our agent was interrupted. Please hold, we are connecting you again.",
    )
)
agent_away = Phrase(  # the agent's line broke in mid-talk; the caller is held until the agent is back
    Text(
        zh="抱歉，通话意外中断，请不要挂机，客服人员马上回来继续为您服务。",
        en="We are sorry, the line was interrupted. Please hold, your agent will be back with you in a moment.",
    )
)
transfer_failed = Phrase(  # the one the caller was given to could not be had, and the caller waits for another
    Text(
        zh="抱歉，未能转接成功，请不要挂机，我们马上为您接通其他客服人员。",
        en="We are sorry, we could not put you through. Please hold, we are connecting you to somebody else.",
    )
)
next_in_line = Phrase(
    Text(zh="您是下一位，请不要挂机，我们马上为您接通。", en="You are next in line. Please stay on the line.")
)
keep_waiting = Phrase(  # back from a menu of the waiting room
    Text(zh="请您继续等候，不要挂机，您的排队位置已保留。", en="You have kept your place. Please stay on the line.")
)

# ---- voicemail

message_saved = Phrase(
    Text(
        zh="您的留言已保存，我们会尽快与您联系。感谢您的来电，再见。",
        en="Your message has been saved. We will get back to you. Thank you for calling. Goodbye.",
    )
)
leave_message = Phrase(  # a mailbox without a name
    Text(
        zh="请在提示音后留言，留言结束后请挂机或按井号键。",
        en="Please leave your message after the tone. When you have finished, hang up or press the pound key.",
    )
)
message_review = Phrase(
    Text(
        zh="重听留言请按1，重新录制请按2，发送留言请按井号键，取消留言请按星号键。",
        en="To listen to your message, press 1. To record it again, press 2. "
        "To send it, press pound. To discard it, press star.",
    )
)
message_again = Phrase(Text(zh="请在提示音后重新留言。", en="Please record your message again after the tone."))
message_discarded = Phrase(Text(zh="您的留言已取消，再见。", en="Your message has been discarded. Goodbye."))

# ---- callback

callback_offer = Phrase(
    Text(
        zh="您不必在电话中等候，我们可以为您保留排队位置，轮到您时给您回电。",
        en="You need not hold the line. We can keep your place and call you back when it is your turn.",
    )
)
callback_own = Phrase(Text(zh="您的来电号码是", en="You are calling from"))
callback_typed = Phrase(Text(zh="您输入的号码是", en="You entered"))
callback_confirm = Phrase(
    Text(
        zh="使用这个号码请按1，更换号码请按2。",
        en="To be called at this number, press 1. To enter another number, press 2.",
    )
)
callback_type = Phrase(
    Text(
        zh="请输入您的电话号码，固定电话请加区号，输入完毕请按井号键。",
        en="Please enter your telephone number including the area code, followed by the pound key.",
    )
)
callback_return = Phrase(Text(zh="继续等候请按星号键。", en="To keep waiting, press star."))
callback_decline = Phrase(Text(zh="不需要回电请按星号键。", en="If you do not want to be called back, press star."))
callback_withheld = Phrase(Text(zh="我们没有收到您的来电号码。", en="We did not receive your number."))
callback_foreign = Phrase(  # the number the caller calls from
    Text(zh="抱歉，我们无法拨打您的来电号码。", en="We are sorry, we cannot call the number you are calling from.")
)
callback_bad_number = Phrase(
    Text(zh="抱歉，您输入的不是有效的电话号码。", en="Sorry, that is not a valid telephone number.")
)
callback_refused = Phrase(
    Text(
        zh="抱歉，我们无法拨打这个号码，请换一个号码。",
        en="We are sorry, we cannot call that number. Please use another one.",
    )
)
callback_pending = Phrase(
    Text(
        zh="您的号码已经预约了回电，轮到您时我们会给您回电，无需重复预约。",
        en="A callback to your number is booked already. We will call you when it is your turn.",
    )
)
callback_booked = Phrase(
    Text(zh="您的回电已预约成功，请保持电话畅通。", en="Your callback is booked. Please keep your line free.")
)
callback_none = Phrase(Text(zh="抱歉，未能为您预约回电。", en="Sorry, we could not book a callback."))
callback_unnumbered = Phrase(  # to the agent: whom nobody knows the number of
    Text(zh="回电客户。", en="Callback.")
)
callback_failed = Phrase(  # to the agent
    Text(zh="客户没有接听，回电未成功。", en="The customer did not answer. The callback was not completed.")
)
