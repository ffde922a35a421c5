"""Signatures as standardwebhooks.com describes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.reporting import signing
from callcenter.reporting.signing import BadSignature

# The example of the specification's own reference libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_example_is_signed_as_published():
    assert signing.headers(SECRET, ID, AT + 0.9, BODY) == {
        "webhook-id": ID,
        "webhook-timestamp": str(AT),
        "webhook-signature": SIGNATURE,
    }


@given(st.binary(max_size=200), st.text(alphabet="abc_-019", min_size=1), st.floats(1e9, 2e9))
def test_what_is_signed_is_verified(body, id_, at):
    secret = signing.new_secret()
    signing.verify(secret, signing.headers(secret, id_, at, body), body, at + 299)


@pytest.mark.parametrize(
    ("change", "body", "now"),
    [
        ({}, BODY + b" ", AT),
        ({"webhook-id": "msg_2"}, BODY, AT),
        ({"webhook-timestamp": str(AT + 1)}, BODY, AT),
        ({"webhook-signature": "v1,AAAA"}, BODY, AT),
        ({"webhook-signature": ""}, BODY, AT),
        ({"webhook-timestamp": "soon"}, BODY, AT),
        ({}, BODY, AT + 302),
        ({}, BODY, AT - 302),
    ],
)
def test_what_was_changed_or_is_old_is_refused(change, body, now):
    with pytest.raises(BadSignature):
        signing.verify(SECRET, signing.headers(SECRET, ID, AT, BODY) | change, body, now)


def test_one_fitting_signature_of_several_is_enough():
    given_ = signing.headers(SECRET, ID, AT, BODY)
    given_["webhook-signature"] = f"v1,AAAA {SIGNATURE}"
    signing.verify(SECRET, given_, BODY, AT)


def test_no_two_secrets_are_alike():
    assert len({signing.new_secret() for _ in range(100)}) == 100
