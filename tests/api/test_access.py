from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from qa.errors import BadSetting
from qa.exposure import check_exposure, trusted_hosts
from qa.settings import Settings, read_settings
from tests.api.fakes import api_site
from web.serving.access import LoginGate

TOKEN = "horse-" * 5
BEARER = {"Authorization": f"Bearer {TOKEN}"}
HTML = {"Accept": "text/html"}
PUBLIC = {"Host": "qa.example"}


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return api_site(tmp_path, token=TOKEN).test_client()


@pytest.mark.parametrize(
    "path", ["/", "/v1/index", "/v1/nothing", "/nothing", "/docs", "/openapi.json", "/metrics", "/llms.txt"]
)
def test_nothing_is_told_without_the_token(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (401, "application/problem+json")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert client.get(path, headers=BEARER).status_code in {200, 404}


@pytest.mark.parametrize(
    "host", ["localhost", "10.0.3.7:8000", "10.0.3.7", "[fd00::7]:8000", "balancer.internal", "", "a b"]
)
def test_probes_are_answered_by_address_and_without_token(client: FlaskClient, host: str) -> None:
    for path, status in (("/healthz", "ok"), ("/readyz", "ready")):
        response = client.get(path, headers={"Host": host})
        assert (response.status_code, response.get_json()) == (200, {"status": status})
        assert client.head(path, headers={"Host": host}).status_code == 200
    assert client.get("/v1/index", headers={"Host": "10.0.3.7", **BEARER}).status_code == 400


def test_the_index_is_told_to_who_may_ask(client: FlaskClient, tmp_path: Path) -> None:
    assert "index" in client.get("/readyz", headers=BEARER).get_json()
    assert "index" not in client.get("/readyz", headers={**BEARER, "Host": "10.0.3.7"}).get_json()
    assert "index" in api_site(tmp_path).test_client().get("/readyz").get_json()


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer ünï"]
)
def test_anything_but_the_token_is_refused(client: FlaskClient, given: str) -> None:
    assert client.post("/v1/ask", json={"question": "a"}, headers={"Authorization": given}).status_code == 401


def test_a_token_may_be_kept_as_its_digest(tmp_path: Path) -> None:
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    client = api_site(tmp_path, token=f"sha256:{digest}").test_client()
    assert client.get("/v1/index", headers=BEARER).status_code == 200
    assert client.get("/v1/index", headers={"Authorization": f"Bearer sha256:{digest}"}).status_code == 401


def log_in(client: FlaskClient, token: str = TOKEN, target: str = "/articles") -> str:
    response = client.post("/login", data={"login_token": token, "next": target})
    assert response.status_code == 303
    assert response.headers["Location"]
    return response.headers["Set-Cookie"]


def test_a_browser_is_shown_the_form_and_comes_back_to_where_it_was(client: FlaskClient) -> None:
    page = client.get("/articles?search=a%26b", headers=HTML)
    assert page.status_code == 401
    assert 'value="/articles?search=a%26b"' in page.text
    assert "no-store" in page.headers["Cache-Control"]
    cookie = log_in(client, target="/articles?search=a%26b")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    assert client.get("/articles", headers=HTML).status_code == 200
    client.post("/logout")
    assert client.get("/articles", headers=HTML).status_code == 401


def test_a_wrong_token_is_said_to_be_wrong(client: FlaskClient) -> None:
    response = client.post("/login", data={"login_token": "guess", "next": "/"}, headers=HTML)
    assert response.status_code == 401
    assert "That is not the token." in response.text
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\r\nb", "/\tb"])
def test_a_login_leads_to_no_other_site(client: FlaskClient, target: str) -> None:
    response = client.post("/login", data={"login_token": TOKEN, "next": target})
    assert response.headers["Location"] == "/"


@pytest.mark.parametrize(
    "cookie", ["", "in", LoginGate("another token of some length").cookie(), LoginGate(TOKEN).cookie() + "x"]
)
def test_a_cookie_from_elsewhere_opens_nothing(client: FlaskClient, cookie: str) -> None:
    client.set_cookie("qa_login", cookie)
    assert client.get("/v1/index").status_code == 401


def test_without_a_token_there_is_no_login(tmp_path: Path) -> None:
    client = api_site(tmp_path).test_client()
    assert client.get("/login").headers["Location"] == "/"
    assert client.get("/v1/index").status_code == 200


# Serving beyond this machine


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.2"])
def test_the_loopback_needs_no_token(host: str) -> None:
    check_exposure(Settings(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.4", "qa.example", "localhost.example"])
def test_elsewhere_needs_a_token_or_a_word(host: str) -> None:
    with pytest.raises(BadSetting, match=f"Serving on {host} lets everyone .* Set QA_TOKEN .* or say --insecure"):
        check_exposure(Settings(host=host))
    check_exposure(Settings(host=host), insecure=True)
    check_exposure(Settings(host=host, token="t" * 22))


def test_a_token_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(BadSetting, match="QA_TOKEN has 6 characters: it has to have 22 or more"):
        check_exposure(Settings(token="x" * 6))


# Behind a proxy


@pytest.fixture
def public(tmp_path: Path) -> FlaskClient:
    return api_site(tmp_path, url="https://qa.example/articles-of/mine", token=TOKEN).test_client()


@pytest.mark.parametrize("prefix", ["", "/articles-of/mine"])
def test_links_carry_the_public_address_whether_the_proxy_takes_its_path_off_or_not(
    public: FlaskClient, prefix: str
) -> None:
    page = public.get(f"{prefix}/docs", headers={**PUBLIC, **BEARER})
    assert 'href="/articles-of/mine/openapi.json"' in page.text
    llms = public.get(f"{prefix}/llms.txt", headers={**PUBLIC, **BEARER})
    assert "POST https://qa.example/articles-of/mine/v1/ask" in llms.text


def test_a_page_at_the_public_address_may_ask(public: FlaskClient) -> None:
    ours = {**PUBLIC, **BEARER, "Origin": "https://qa.example"}
    assert public.post("/v1/ask", json={"question": "a"}, headers=ours).status_code == 200
    theirs = {**ours, "Origin": "http://qa.example"}
    assert public.post("/v1/ask", json={"question": "a"}, headers=theirs).status_code == 403


def test_the_login_of_a_public_address_stays_on_its_path_and_on_https(public: FlaskClient) -> None:
    response = public.post("/login", data={"login_token": TOKEN, "next": "/"}, headers=PUBLIC)
    assert "Secure" in response.headers["Set-Cookie"]
    assert "Path=/articles-of/mine/" in response.headers["Set-Cookie"]


def test_this_machine_still_reaches_the_site_without_the_path(public: FlaskClient) -> None:
    assert public.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "header", [{"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Prefix": "/evil"}, {"X-Forwarded-Proto": "gopher"}]
)
def test_no_header_changes_the_address(tmp_path: Path, header: dict[str, str]) -> None:
    client = api_site(tmp_path).test_client()
    assert "evil" not in client.get("/llms.txt", headers=header).text
    assert "gopher" not in client.get("/llms.txt", headers=header).text


def test_the_public_host_is_trusted() -> None:
    assert trusted_hosts(Settings(url="https://qa.example:8443/x"))[-1] == "qa.example"


@pytest.mark.parametrize("url", ["qa.example", "ftp://qa.example", "https://", "https://a/b?c", "https://a b"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(BadSetting, match=r"^QA_URL '.*' has to be an address such as https://qa\.example or"):
        read_settings({"QA_URL": url})


def test_programs_and_browsers_find_their_way(tmp_path: Path) -> None:
    client = api_site(tmp_path).test_client()
    assert "http://localhost/v1/ask" in client.get("/llms.txt").text
    search = client.get("/opensearch.xml")
    assert search.mimetype == "application/opensearchdescription+xml"
    assert 'template="http://localhost/?q={searchTerms}"' in search.text
