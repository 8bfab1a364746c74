"""Every route refuses what comes from elsewhere, tells nothing of this machine, and follows no path out."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from qa.errors import IndexCorrupt, StorageFailed
from tests.api.fakes import ApiEngine, api_site
from web.serving.access import LoginGate
from web.serving.security import HEADERS

TOKEN = "correct-horse-battery-staple"
SECRET = "/home/somebody/private/.qa/generations/000001/text.sqlite"
FOREIGN_HOSTS = [
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example:8000",
    "127.0.0.1@evil.example",
    "evil.example#127.0.0.1",
    "127.0.0.2",
    "0.0.0.0",
    "2130706433",
    "0x7f000001",
    "[::ffff:127.0.0.1]",
    "localhost:8000:8000",
    "localhost:999999",
    "localhost/evil",
    "localhost,evil.example",
    "xn--lcalhost-v4a",
    " ",
]
FOREIGN_HEADERS = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost@evil.example"},
    {"Origin": "http://localhost:81"},
    {"Origin": "https://localhost"},
    {"Origin": "file://"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
]
WAYS_OUT = [
    "../../../../etc/passwd",
    "..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "..\\..\\..\\etc\\passwd",
    "....//....//etc/passwd",
    "/etc/passwd",
    "//etc/passwd",
    "%00",
    "deserters%00.txt",
    "deserters/../../../etc/passwd",
    "%c0%ae%c0%ae/etc/passwd",
    "%25%32%65%25%32%65/etc/passwd",
    "file:///etc/passwd",
    "' OR 1=1 --",
    "' UNION SELECT text FROM texts --",
    "{{7*7}}",
    "a" * 5000,
    "\u202edeserters",
    "deserters:0-10:0-10",
    "deserters:0-99999999999999999999",
    "deserters:-1-5",
]


@pytest.fixture
def engine() -> ApiEngine:
    return ApiEngine()


@pytest.fixture
def app(tmp_path: Path, engine: ApiEngine) -> Flask:
    return api_site(tmp_path, engine)


def addresses(app: Flask) -> Iterator[tuple[str, str]]:
    """Yield every method and address of the site, with something harmless in the place of ids."""
    for rule in app.url_map.iter_rules():
        values = dict.fromkeys(rule.arguments, "page.css" if rule.endpoint == "static" else "deserters")
        with app.test_request_context():
            _, address = rule.build(values) or ("", "")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, address


def test_every_route_but_the_probes_refuses_every_foreign_host(app: Flask) -> None:
    client = app.test_client()
    taken = {
        (method, address)
        for method, address in addresses(app)
        for host in FOREIGN_HOSTS
        if client.open(address, method=method, headers={"Host": host}).status_code != 400
    }
    assert taken == {("GET", "/healthz"), ("GET", "/readyz")}


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_probe_under_a_foreign_host_learns_one_word(app: Flask, host: str) -> None:
    told = [app.test_client().get(path, headers={"Host": host}).get_json() for path in ("/healthz", "/readyz")]
    assert told == [{"status": "ok"}, {"status": "ready"}]


def test_every_route_that_changes_or_asks_refuses_other_sites(app: Flask, engine: ApiEngine) -> None:
    client = app.test_client()
    changing = [(method, address) for method, address in addresses(app) if method != "GET"]
    assert len(changing) >= 12
    taken = [
        (method, address, headers)
        for method, address in changing
        for headers in FOREIGN_HEADERS
        if client.open(address, method=method, headers=headers, json={"question": "a"}).status_code != 403
    ]
    assert taken == []
    assert engine.requests == []


def test_no_get_asks_or_changes_anything(app: Flask, engine: ApiEngine, tmp_path: Path) -> None:
    client = app.test_client()
    for method, address in addresses(app):
        if method == "GET":
            with client.get(address, query_string={"question": "a", "q": "a"}) as response:
                assert response.status_code < 500, address
    assert engine.requests == []
    if (tmp_path / "data" / "conversations.db").exists():
        assert client.get("/v1/conversations").get_json()["total"] == 0


def test_every_response_carries_every_header(app: Flask) -> None:
    client = app.test_client()
    for method, address in [*addresses(app), ("GET", "/no/such/place"), ("TRACE", "/"), ("PUT", "/v1/ask")]:
        for host in ("localhost", "evil.example"):
            with client.open(address, method=method, headers={"Host": host}) as response:
                assert {name: response.headers.get(name) for name in HEADERS} == HEADERS, address
                assert not {"Server", "X-Powered-By", "Access-Control-Allow-Origin"} & set(response.headers.keys())


@pytest.mark.parametrize(
    "place", ["/articles/", "/v1/articles/", "/v1/passages/", "/static/", "/c/", "/v1/conversations/"]
)
@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_path_or_id_leads_out(app: Flask, place: str, way: str) -> None:
    with app.test_client().get(place + way) as response:
        body = response.get_data(as_text=True)
    assert response.status_code in {200, 308, 400, 404}
    assert response.status_code != 200 or place in {"/articles/", "/v1/articles/"}
    assert "root:" not in body
    assert "Traceback" not in body


@pytest.mark.parametrize(
    "broken",
    [
        IndexCorrupt(f"{SECRET} is damaged. Token {TOKEN}."),
        StorageFailed(f"Cannot read {SECRET}: {TOKEN}"),
        OSError(5, "Input/output error", SECRET),
        RuntimeError(f"near SELECT in {SECRET}: {TOKEN}"),
        RecursionError(SECRET),
        MemoryError(SECRET),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_no_error_tells_a_path_a_secret_or_a_query(
    tmp_path: Path, broken: Exception, accept: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    app = api_site(tmp_path, ApiEngine(broken=broken), token=TOKEN)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept": accept}
    for path in ("/v1/ask", "/v1/search", "/v1/chat/completions"):
        body = {"question": "a", "query": "a", "messages": [{"role": "user", "content": "a"}], "model": "qa"}
        response = client.post(path, json=body, headers=headers)
        told = response.get_data(as_text=True)
        assert response.status_code >= 400
        for word in ("somebody", "sqlite", "SELECT", "Traceback", TOKEN, str(tmp_path)):
            assert word not in told, path


def test_log_holds_neither_question_nor_token(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    client = api_site(tmp_path, token=TOKEN).test_client()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("qa.requests").propagate = True
        question = "Who knows the zymurgist?"
        client.post("/v1/ask", json={"question": question}, headers={"Authorization": f"Bearer {TOKEN}"})
        client.get(f"/?q=zymurgist&token={TOKEN}", headers={"Authorization": f"Bearer {TOKEN}"})
        client.post("/v1/ask", json={"question": question}, headers={"Authorization": "Bearer wrong-but-long-enough"})
    assert "zymurgist" not in caplog.text
    assert TOKEN not in caplog.text
    assert "wrong-but" not in caplog.text


def test_token_is_nowhere_in_memory_of_the_gate_but_as_a_digest() -> None:
    gate = LoginGate(TOKEN)
    assert TOKEN not in repr(vars(gate))
    assert TOKEN.encode() not in b"".join(one for one in vars(gate).values() if isinstance(one, bytes))
    assert gate.opens_to(TOKEN)
    for wrong in ("", TOKEN[:-1], TOKEN + " ", TOKEN.upper(), "\udcff" * 28, "a" * 100_000):
        assert not gate.opens_to(wrong)


def test_forged_and_old_cookies_open_nothing(tmp_path: Path) -> None:
    app = api_site(tmp_path, token=TOKEN)
    for cookie in ("in", "Im4i.AAAA.AAAA", LoginGate("another-token-of-enough-length").cookie(), "a" * 4000, "%00"):
        client = app.test_client()
        client.set_cookie("qa_login", cookie)
        assert client.get("/v1/index").status_code == 401


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "\\\\evil.example",
        "/a\r\nSet-Cookie: a=b",
    ],
)
def test_login_leads_to_no_other_site(tmp_path: Path, target: str) -> None:
    client = api_site(tmp_path, token=TOKEN).test_client()
    response = client.post("/login", data={"login_token": TOKEN, "next": target})
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert "a=b" not in response.headers["Set-Cookie"]


def test_model_and_paths_cannot_be_named_in_a_request(app: Flask) -> None:
    client = app.test_client()
    for field in ("model", "index", "path", "folder", "encoder", "trust_remote_code"):
        response = client.post("/v1/ask", json={"question": "a", field: "../../evil"})
        assert response.status_code == 400, field
    unknown = {"model": "../../evil", "messages": [{"role": "user", "content": "a"}]}
    assert client.post("/v1/chat/completions", json=unknown).status_code in {200, 404}
    assert "evil" not in json.dumps(client.get("/v1/models").json)
