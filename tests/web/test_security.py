from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from qa.exposure import trusted_hosts
from qa.settings import Settings
from tests.web.fakes import fake_site

QUESTION = {"question": "How many criminal cases?"}


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return fake_site(tmp_path).test_client()


@pytest.mark.parametrize("path", ["/", "/articles", "/nothing", "/v1/articles", "/v1/nothing", "/static/page.css"])
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_every_response_carries_the_headers(client: FlaskClient, path: str, host: str) -> None:
    with client.get(path, headers={"Host": host}) as response:
        headers = response.headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Server" not in headers


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8000", "10.0.0.1", ""]
)
@pytest.mark.parametrize("path", ["/", "/v1/articles", "/static/page.css"])
def test_a_foreign_host_is_refused(client: FlaskClient, host: str, path: str) -> None:
    assert client.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "localhost:1", "localhost.:1"])
def test_the_own_host_is_taken(client: FlaskClient, host: str) -> None:
    assert client.get("/v1/articles", headers={"Host": host}).status_code == 200


def test_a_host_that_serves_everywhere_is_no_name() -> None:
    assert trusted_hosts(Settings(host="0.0.0.0")) == ["127.0.0.1", "localhost", "[::1]"]
    assert trusted_hosts(Settings(host="fe80::1"))[-1] == "[fe80::1]"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:8001"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/v1/ask", "/"])
def test_another_sites_page_cannot_ask(client: FlaskClient, headers: dict[str, str], path: str) -> None:
    assert client.post(path, json=QUESTION, headers=headers).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}])
def test_the_own_page_and_programs_can_ask(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/v1/ask", json=QUESTION, headers=headers).status_code == 200


@pytest.mark.parametrize(("given", "kept"), [("abc-1.2_3", True), ("x" * 65, False), ("a b", False), ("<b>", False)])
def test_a_request_id_is_kept_when_it_is_harmless(client: FlaskClient, given: str, kept: bool) -> None:
    sent = client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert (sent == given) is kept


def test_a_form_needs_the_token_of_its_page(client: FlaskClient) -> None:
    response = client.post("/", data={"question": "How many?", "token": "old"}, headers={"Accept": "text/html"})
    assert response.status_code == 400
    assert "This page is out of date. Nothing was lost; please submit again." in response.text
    assert ">How many?</textarea>" in response.text
