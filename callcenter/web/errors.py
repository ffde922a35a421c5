"""Every error word of the API. Words are stable: the console translates by them."""

from collections.abc import Iterable, Mapping

from callcenter.calls import requests
from callcenter.calls.complaint import Complaint
from callcenter.calls.languages import Text
from callcenter.calls.problems import Problem

# word -> (HTTP status, what it means)
WORDS: Mapping[str, tuple[int, str]] = {
    # the message itself
    "not_json": (400, "the body is not JSON"),
    "bad_value": (400, "a field has a wrong value, is missing or is not known"),
    "too_large": (413, "the body is larger than allowed"),
    "bad_media_type": (415, "the body must be application/json"),
    "no_such_path": (404, "there is nothing under this path"),
    "method_not_allowed": (405, "the path exists, but not with this method"),
    # who asks
    "not_authenticated": (401, "sign in first"),
    "wrong_credentials": (401, "user name or password is wrong"),
    "too_many_attempts": (429, "too many failed sign-ins; wait"),
    "forbidden": (403, "the role does not allow it"),
    "foreign_origin": (403, "the request comes from another site's page, or lacks the header that proves otherwise"),
    # what is asked for
    "no_such_call": (404, "there is no such call, or it is not yours to see"),
    "no_recording": (404, "the call has no recording that can be heard"),
    "unknown_card": (404, "there is no such score card"),
    "unknown_score": (404, "there is no such score, or it is not yours to see"),
    "no_such_message": (404, "there is no such message, or it is not yours to hear"),
    "no_such_item": (404, "there is nothing of that kind in the message centre, or it is not yours to see"),
    "no_such_mailbox": (404, "there is no such mailbox, or it is not yours"),
    "bad_pin": (400, "this PIN is not allowed"),
    "texts_refused": (409, "this number wants no texts"),
    "text_not_sent": (502, "the text was not sent"),
    "claimed": (409, "somebody else sees to it already"),
    "no_such_customer": (404, "there is no such customer"),
    "no_test_phone": (404, "the test phone is off"),
    "no_phone": (404, "the account has no telephone; give it an agent id under users, and sign the agent in"),
    "stale_version": (409, "somebody else has changed it meanwhile; load it again"),
    "no_such_user": (404, "there is no such account"),
    "user_exists": (409, "there is an account of this name already"),
    "last_administrator": (409, "this is the last administrator; make another one first"),
    "yourself": (409, "nobody does this to the own account"),
    "no_such_role": (404, "there is no such role"),
    "role_in_use": (409, "accounts have this role; give them another first"),
    "role_kept": (409, "this cannot be taken from a built-in role"),
    "bad_file": (400, "the file cannot be read as a table of customers"),
    "no_such_import": (404, "there is no such import any more; send the file again"),
    "no_such_trunk": (404, "there is no such trunk"),
    "trunk_from_config": (409, "the trunk stands in config.yaml and is changed there"),
    "trunk_in_use": (409, "the centre calls out over this trunk; give it another there first"),
    "no_prompts": (404, "this server has no voices"),
    "no_such_prompt": (404, "there is no such text or recording any more"),
    "not_spoken": (409, "no recording and no voice speaks this text"),
    "music_in_use": (409, "queues play this music; give them another first"),
    "bad_sound": (400, "the file cannot be used as a recording"),
    "no_such_webhook": (404, "there is no such webhook"),
    "no_such_delivery": (404, "there is no such delivery; they are kept for 30 days"),
    "webhook_off": (409, "the webhook is switched off"),
    "no_such_schedule": (404, "there is no such schedule"),
    "no_such_run": (404, "there is no such run"),
    "run_under_way": (409, "the run is under way at this moment"),
    "bad_report": (400, "this cannot be a report"),
    "no_such_report": (404, "there is no such report"),
    "report_too_slow": (503, "the report took too long; ask for a shorter period or a coarser grain"),
    "bad_centre": (400, "the centre document does not hold together"),
    # the engine's refusals
    "refused": (409, "the engine refused"),
    "unknown_agent": (409, "the centre has no such agent"),
    "not_signed_in": (409, "the agent has not begun work"),
    "phone_not_reachable": (409, "the agent's telephone is not registered"),
    "not_your_call": (409, "the call is not in the agent's hands"),
    "not_in_wrap_up": (409, "the agent is not in wrap-up"),
    "unknown_choice": (409, "the centre has no such pause reason or disposition"),
    "wrap_up_kept": (409, "the queue lets no agent end the wrap-up early"),
    "not_now": (409, "the call or the agent is in a state in which this cannot be done"),
    "target_not_free": (409, "whom the call is for is not free or not within reach"),
    "unknown_target": (409, "there is no such agent, queue or number to give the call to"),
    "number_not_allowed": (409, "the centre's rules do not allow this number, or there is no trunk"),
    "room_full": (409, "no more members fit into the room"),
    "unknown_room": (409, "the centre has no such room"),
    "unknown_callback": (409, "there is no such callback, or it is over or being carried out"),
    "no_such_flow": (404, "there is no such flow, or no such version of it"),
    "prompts_failed": (502, "a text cannot be spoken"),
    "flow_in_use": (409, "the flow cannot be retired: callers are led into it, or are in it"),
    "bad_flow": (409, "the flow does not hold together"),
    "queue_has_waiters": (409, "callers wait in a queue that would vanish"),
    # what is broken
    "engine_lost": (503, "the engine does not answer"),
    "database_down": (503, "the database does not answer"),
    "telephone_lost": (502, "Asterisk does not answer"),
    "too_many_phones": (503, "no more telephone connections are taken"),
    "too_many_pages": (503, "no more pages are served"),
    "internal": (500, "a mistake of the server; it is in its log"),
}


class ApiError(Exception):
    """An error as the client sees it. The status follows from the word; `problems` are a centre document's.

    `message` is in every language where a person of a page sees it; the field is put before the English one then.
    A string is for programs and for what cannot come from a page.
    """

    def __init__(
        self,
        word: str,
        message: str | Text | Complaint = "",
        *,
        field: str = "",
        headers: Mapping[str, str] | None = None,
        problems: Iterable[Problem] = (),
    ):
        self.word = word
        self.status, meaning = WORDS[word]
        said = message.text if isinstance(message, Complaint) else message
        self.text = said if isinstance(said, Text) else None
        self.message = (f"{field}: {said.en}" if field else said.en) if isinstance(said, Text) else said or meaning
        self.field = field
        self.problems = tuple(problems)
        self.headers = dict(headers or {})
        super().__init__(f"{word}: {self.message}")


def from_engine(word: str, message: str, text: Text | None = None) -> ApiError:
    """The engine's refusal; a word this list lacks becomes the general one."""
    return ApiError(word if word in WORDS else "refused", text or message)


def engine_words() -> frozenset[str]:
    """The words of every refusal the engine can make."""
    refusals: list[type[requests.Refused]] = [requests.Refused, *requests.Refused.__subclasses__()]
    return frozenset(refusal.word for refusal in refusals)
