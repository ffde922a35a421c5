"""Where webhooks may not go."""

import pytest

from callcenter.reporting.addresses import BadAddress, Refused, Resolver, check_url

INSIDE = ("10.1.0.0/16", "fd00::/8")


@pytest.mark.parametrize(
    "url",
    ["https://example.com/hook", "https://example.com:8443/a?b=c", "https://8.8.8.8/x", "https://10.1.2.3/x",
     "http://10.1.2.3:9000/x", "http://[fd00::1]/x", "http://crm.inside/hook"],
)  # fmt: skip
def test_these_may_be(url):
    check_url(url, INSIDE)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://example.com/x", "https://"),
        ("example.com/x", "https://"),
        ("https:///x", "names a host"),
        ("https://user:secret@example.com/", "without user name"),
        ("https://example.com/#x", "without #"),
        ("https://exa mple.com/", "visible ASCII"),
        ("https://example.com/\r\nX: y", "visible ASCII"),
        ("https://例子.cn/", "visible ASCII"),
        ("https://example.com/" + "x" * 1000, "up to 1000"),
        ("https://example.com:99999/", "is no address"),
        ("https://127.0.0.1/x", "reports.private_webhooks"),
        ("https://localhost/x", "reports.private_webhooks"),
        ("https://192.168.1.1/x", "reports.private_webhooks"),
        ("https://169.254.169.254/latest", "reports.private_webhooks"),
        ("https://[::1]/x", "reports.private_webhooks"),
        ("https://[::ffff:127.0.0.1]/x", "reports.private_webhooks"),
        ("https://0.0.0.0/x", "reports.private_webhooks"),
        ("https://224.0.0.1/x", "reports.private_webhooks"),
        ("http://8.8.8.8/x", "without encryption"),
    ],
)
def test_these_are_refused_with_the_reason(url, said):
    with pytest.raises(BadAddress, match=said.replace(".", r"\.")):
        check_url(url, INSIDE)


class Names:
    """A name server that answers what it is told."""

    def __init__(self, *addresses):
        self.addresses = addresses

    async def resolve(self, host, port=0, family=0):
        one = {"hostname": host, "port": port, "family": family, "proto": 0, "flags": 0}
        return [one | {"host": address} for address in self.addresses]

    async def close(self):
        pass


async def test_a_name_that_leads_inside_is_not_connected_to():
    with pytest.raises(Refused, match="private_webhooks"):
        await Resolver(INSIDE, inner=Names("127.0.0.1", "::1", "fe80::1%eth0")).resolve("rebound.example.com", 443)


async def test_of_several_addresses_the_allowed_ones_stay():
    found = await Resolver(INSIDE, inner=Names("192.168.0.1", "10.1.0.9", "8.8.8.8")).resolve("x.example.com", 443)
    assert [each["host"] for each in found] == ["10.1.0.9", "8.8.8.8"]


async def test_without_encryption_only_allowed_networks_are_reached():
    found = await Resolver(INSIDE, public=False, inner=Names("8.8.8.8", "10.1.0.9")).resolve("x.example.com", 80)
    assert [each["host"] for each in found] == ["10.1.0.9"]
