import ipaddress

import pytest

from scim_falcon import HttpSettings
from tests.http.canned import Desk, client_of

PROXY = (ipaddress.ip_network("10.0.0.0/8"),)
FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example, scim.example.org"}


def location(path="/scim/v2/Users/a1", *, remote_addr="127.0.0.1", **options):
    client, _ = client_of(Desk(), public_url=None, trusted_proxies=options.pop("trusted_proxies", ()))
    answer = client.simulate_get(path, remote_addr=remote_addr, **options)
    return answer.json["meta"]["location"] if answer.status_code == 200 else answer.status_code


def test_without_a_public_url_the_request_tells_the_address():
    assert location(host="scim.test", port=8080) == "http://scim.test:8080/scim/v2/Users/a1"
    assert location(headers={"Host": "[::1]:8443"}, protocol="https") == "https://[::1]:8443/scim/v2/Users/a1"


def test_with_a_public_url_the_host_header_is_ignored():
    client, _ = client_of(Desk())
    answer = client.simulate_get("/scim/v2/Users/a1", headers={"Host": "evil.example"})
    assert answer.json["meta"]["location"].startswith("https://scim.example.com/")


def test_forwarded_headers_count_from_a_trusted_proxy_only():
    assert location(headers=FORWARDED, host="inner").startswith("http://inner/")
    assert location(headers=FORWARDED, host="inner", trusted_proxies=PROXY).startswith("http://inner/")
    trusted = location(headers=FORWARDED, host="inner", trusted_proxies=PROXY, remote_addr="10.1.2.3")
    assert trusted.startswith("https://scim.example.org/scim/v2/")
    assert location(host="inner", trusted_proxies=PROXY, remote_addr="unix:").startswith("http://inner/")


@pytest.mark.parametrize("host", ['a"b', "a b", "a/b", "a@b", "a<b>", "é", "a:b", "a\\b", "-a", "a:123456", "x" * 300])
def test_an_odd_host_is_400(host):
    assert location(headers={"Host": host}) == 400


@pytest.mark.parametrize(
    "url", ["scim.example.com", "https://a/", "ftp://a", 'https://a"b', "https://a?x", "https://a\n", ""]
)
def test_a_public_url_that_is_no_base_is_refused(url):
    with pytest.raises(ValueError, match="not a base URL"):
        HttpSettings(public_url=url)
