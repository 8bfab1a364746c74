"""Pages of other sites may use the API where a setting names them, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from qa.errors import BadSetting
from qa.exposure import takes_uploads
from qa.settings import Settings, read_settings
from tests.api.fakes import api_site

TOKEN = "horse-" * 5
BEARER = {"Authorization": f"Bearer {TOKEN}"}
DESK = {"Origin": "https://desk.example"}
OTHER = {"Origin": "https://other.example"}
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type,x-stainless-os",
}
QUESTION = {"question": "How many criminal cases against deserters?"}
ALLOW = "Access-Control-Allow-Origin"


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return api_site(tmp_path, cors=("https://desk.example", "http://localhost:3000"), token=TOKEN).test_client()


def test_without_the_setting_no_page_of_another_site_is_let_in(tmp_path: Path) -> None:
    closed = api_site(tmp_path).test_client()
    for response in (
        closed.options("/v1/ask", headers={**DESK, **PREFLIGHT}),
        closed.get("/v1/articles", headers=DESK),
        closed.post("/v1/ask", json=QUESTION, headers=DESK),
    ):
        assert ALLOW not in response.headers
    assert closed.post("/v1/ask", json=QUESTION, headers=DESK).status_code == 403


def test_a_preflight_is_answered_without_token(client: FlaskClient) -> None:
    response = client.options("/v1/ask", headers={**DESK, **PREFLIGHT})
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers[ALLOW] == "https://desk.example"
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST, PATCH, DELETE"
    assert response.headers["Access-Control-Allow-Headers"] == "authorization,content-type,x-stainless-os"
    assert "Origin" in response.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_named_page_asks_with_the_token_and_reads_refusals_too(client: FlaskClient) -> None:
    answered = client.post("/v1/ask", json=QUESTION, headers={**DESK, **BEARER, "Sec-Fetch-Site": "cross-site"})
    assert (answered.status_code, answered.headers[ALLOW]) == (200, "https://desk.example")
    assert "X-Request-Id" in answered.headers["Access-Control-Expose-Headers"]
    refused = client.post("/v1/ask", json=QUESTION, headers=DESK)
    assert (refused.status_code, refused.headers[ALLOW]) == (401, "https://desk.example")


@pytest.mark.parametrize("origin", [*OTHER.values(), "null", "https://desk.example.evil", "http://desk.example", ""])
def test_any_other_page_stays_out(client: FlaskClient, origin: str) -> None:
    headers = {"Origin": origin, **BEARER}
    assert ALLOW not in client.options("/v1/ask", headers={**headers, **PREFLIGHT}).headers
    assert ALLOW not in client.get("/v1/articles", headers=headers).headers
    assert client.post("/v1/ask", json=QUESTION, headers=headers).status_code == 403


@pytest.mark.parametrize("path", ["/", "/login", "/articles", "/metrics", "/docs"])
def test_pages_and_figures_are_shared_with_nobody(client: FlaskClient, path: str) -> None:
    assert ALLOW not in client.get(path, headers={**DESK, **BEARER}).headers
    assert client.post("/", data={"question": "a"}, headers={**DESK, **BEARER}).status_code == 403


def test_a_foreign_host_is_refused_to_a_named_page_too(client: FlaskClient) -> None:
    assert client.options("/v1/ask", headers={**DESK, **PREFLIGHT, "Host": "evil.example"}).status_code == 400


def test_no_page_of_another_site_changes_articles_without_a_token() -> None:
    assert takes_uploads(Settings()) is True
    assert takes_uploads(Settings(cors=("https://desk.example",))) is False
    assert takes_uploads(Settings(cors=("https://desk.example",), token=TOKEN)) is True


def test_every_page_needs_a_token(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"QA_CORS=\* lets every page on the internet read"):
        api_site(tmp_path, cors=("*",))
    open_to_all = api_site(tmp_path, cors=("*",), token=TOKEN).test_client()
    assert open_to_all.get("/v1/articles", headers={**OTHER, **BEARER}).headers[ALLOW] == "https://other.example"


def test_the_setting_takes_origins() -> None:
    assert read_settings({"QA_CORS": "https://Desk.example/, http://[::1]:3000"}).cors == (
        "https://desk.example",
        "http://[::1]:3000",
    )
    for wrong in ("desk.example", "https://desk.example/path", "https://*.example"):
        with pytest.raises(BadSetting, match=r"^QA_CORS '.*' has to be origins such as https://desk\.example"):
            read_settings({"QA_CORS": wrong})
