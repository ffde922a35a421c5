"""How the words travel: one JSON form for journal, ledger, control channel and pages."""

import msgspec

from callcenter.calls.events import AnyEvent, Entry
from callcenter.calls.requests import AnyRequest

encode = msgspec.json.Encoder().encode
decode_event = msgspec.json.Decoder(AnyEvent).decode
decode_entry = msgspec.json.Decoder(Entry).decode
decode_request = msgspec.json.Decoder(AnyRequest).decode
