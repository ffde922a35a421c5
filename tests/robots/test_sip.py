import pytest

from callcenter.robots import sip

INVITE = (
    b"INVITE sip:95001@127.0.0.1 SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 127.0.0.1:5555;rport;branch=z9hG4bKabc\r\n"
    b'f: "\xe5\xbc\xa0" <sip:138@127.0.0.1>;tag=1\r\n'
    b"To: <sip:95001@127.0.0.1>\r\ni: id1\r\nCSeq: 7 INVITE\r\nl: 4\r\n\r\nbody"
)


def test_a_message_is_read_whatever_the_form_of_its_headers() -> None:
    message = sip.parsed(INVITE)
    assert (message.method, message.cseq, message.branch, message.status) == ("INVITE", 7, "z9hG4bKabc", 0)
    assert message.get("call-id") == "id1"
    assert sip.uri_of(message.get("From")) == "sip:138@127.0.0.1"
    assert message.body == "body"


def test_a_response_answers_its_request() -> None:
    answer = sip.parsed(sip.response(sip.parsed(INVITE), 486, "Busy Here", "t1").encode())
    assert (answer.status, answer.reason, answer.method, answer.branch) == (486, "Busy Here", "INVITE", "z9hG4bKabc")
    assert sip.tag_of(answer.get("To")) == "t1"


def test_garbage_is_no_message() -> None:
    with pytest.raises(ValueError, match="no SIP message"):
        sip.parsed(b"\x00\xff hello")


def test_the_digest_answer_is_that_of_rfc_2617(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip.secrets, "token_hex", lambda _: "0a4f113b")
    challenge = (
        'Digest realm="testrealm@host.com", qop="auth,auth-int", '
        'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    answer = sip.digest_answer(challenge, "Mufasa", "Circle Of Life", "GET", "/dir/index.html")
    assert 'response="6629fae49393a05397450978507c4ef1"' in answer


def test_an_offer_is_read_back() -> None:
    assert sip.media_of(sip.offer("127.0.0.1", 4000)) == ("127.0.0.1", 4000, sip.DTMF_PAYLOAD)
    assert sip.media_of("v=0") is None
