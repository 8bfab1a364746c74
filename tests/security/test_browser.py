"""What a real browser does with a hostile site beside this one, and with hostile text inside it."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests.web.fakes import FakeEngine, article, fake_site
from web.serving.server import Server

pytestmark = pytest.mark.browser

ATTACKS = [
    "<script>window.owned=1</script>",
    "<img src=x onerror=window.owned=1>",
    "<svg onload=window.owned=1>",
    "<svg><script>window.owned=1</script></svg>",
    '"><script>window.owned=1</script>',
    "'><img src=x onerror=window.owned=1>",
    "</title><script>window.owned=1</script>",
    "</textarea><script>window.owned=1</script>",
    "</template><script>window.owned=1</script>",
    "</q></mark><iframe srcdoc='<script>parent.owned=1</script>'></iframe>",
    "<a href='javascript:window.owned=1' id=trap>click</a>",
    "[click](javascript:window.owned=1)",
    "<details open ontoggle=window.owned=1>",
    "<input autofocus onfocus=window.owned=1>",
    "<style>@import 'http://evil.example/';*{display:none}</style>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
    "<base href='http://evil.example/'>",
    "<form action='http://evil.example/'><button>send</button></form>",
    "<link rel=stylesheet href='http://evil.example/x.css'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.owned=1>",
    "&lt;script&gt;window.owned=1&lt;/script&gt;",
    "\\u003cscript\\u003ewindow.owned=1\\u003c/script\\u003e",
    "{{constructor.constructor('window.owned=1')()}}",
    "${window.owned=1}",
    "<!--><script>window.owned=1</script-->",
    "]]><script>window.owned=1</script>",
    "\u2028<script>window.owned=1</script>\u2029",
    "\x00<scr\x00ipt>window.owned=1</script>",
    "+ADw-script+AD4-window.owned=1+ADw-/script+AD4-",
]
FORBIDDEN = "main script:not([src]), main iframe, main img, main svg script, main base, main meta, main math, #trap"
ALL = " ".join(ATTACKS).replace("\x00", "")


@contextmanager
def served(folder: Path, engine: FakeEngine, **settings: str) -> Iterator[Server]:
    server = Server(fake_site(folder, engine, **settings), "127.0.0.1", 0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(20)


@contextmanager
def other_site(page: str) -> Iterator[int]:
    """Serve a page of somebody else on loopback, under whatever name it is asked for."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join(20)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


CROSS_SITE: dict[str, str] = {
    "form": '<form method=post action="{target}/"><input name=question value="Criminal cases"></form>'
    "<script>document.forms[0].submit()</script>",
    "form as text": '<form method=post enctype=text/plain action="{target}/v1/ask">'
    '<input name=\'{{"question":"Criminal cases","id":"\' value=\'"}}\'></form>'
    "<script>document.forms[0].submit()</script>",
    "image": '<img src="{target}/v1/ask?question=a"><img src="{target}/?question=a"><img src="{target}/logout">',
    "fetch without reading": "<script>fetch('{target}/v1/ask', {{method: 'POST', mode: 'no-cors', "
    "headers: {{'Content-Type': 'text/plain'}}, body: '{{\"question\":\"a\"}}'}})</script>",
    "fetch with credentials": "<script>fetch('{target}/v1/ask', {{method: 'POST', credentials: 'include', "
    "headers: {{'Content-Type': 'application/json'}}, body: '{{\"question\":\"a\"}}'}})"
    ".then(one => one.text()).then(text => document.title = 'read ' + text)</script>",
    "reading": "<script>fetch('{target}/v1/articles').then(one => one.text())"
    ".then(text => document.title = 'read ' + text)</script>",
    "beacon": "<script>navigator.sendBeacon('{target}/v1/ask', '{{\"question\":\"a\"}}')</script>",
    "script": "<script src='{target}/v1/articles' onload=\"document.title='read script'\"></script>",
    "frame": "<iframe src='{target}/' onload=\"try {{ document.title = 'read ' + frames[0].document.body.innerHTML }} "
    'catch (e) {{}}">',
}


@pytest.mark.parametrize("way", CROSS_SITE)
def test_another_site_neither_asks_nor_reads(page: Page, tmp_path: Path, way: str) -> None:
    engine = FakeEngine()
    with served(tmp_path, engine) as ours:
        target = f"http://127.0.0.1:{ours.port}"
        with other_site(f"<!doctype html><title>evil</title>{CROSS_SITE[way].format(target=target)}") as port:
            page.goto(f"http://evil.example:{port}/")
            page.wait_for_timeout(400)
            title = page.title() if page.url.startswith("http://evil.example") else ""
            assert "read" not in title
            assert all(frame.query_selector("#log") is None for frame in page.frames)
    assert engine.requests == []
    assert not (tmp_path / "conversations.db").exists()


def test_name_that_was_rebound_to_this_machine_gets_nothing(page: Page, tmp_path: Path) -> None:
    engine = FakeEngine()
    with served(tmp_path, engine) as ours:
        response = page.goto(f"http://rebound.example:{ours.port}/")
        assert response is not None
        assert response.status == 400
        asked = page.evaluate(
            "fetch('/v1/ask', {method: 'POST', headers: {'Content-Type': 'application/json'},"
            ' body: \'{"question":"a"}\'}).then(one => one.status)'
        )
        assert asked == 400
    assert engine.requests == []


@pytest.fixture
def watched(page: Page) -> Callable[[], list[str]]:
    """The page with everything that would show that a text was run, or asked somebody else."""
    signs: list[str] = []
    page.on("dialog", lambda dialog: signs.append(f"dialog {dialog.message}"))
    page.on("pageerror", lambda error: signs.append(f"error {error}"))
    page.on("console", lambda message: signs.append(message.text) if "Security Policy" in message.text else None)
    page.on("request", lambda request: signs.append(request.url) if request.url.startswith("http://evil.") else None)

    def found() -> list[str]:
        if page.evaluate("window.owned") is not None:
            signs.append(f"owned at {page.url}")
        inside = (
            "main script:not([src]), main iframe, main img, main svg script, main base, main meta, main math, #trap"
        )
        if count := page.evaluate(f"document.querySelectorAll({inside!r}).length"):
            signs.append(f"{count} elements at {page.url}")
        return signs

    return found


def test_hostile_article_and_question_are_only_text_everywhere(
    page: Page, watched: Callable[[], list[str]], tmp_path: Path
) -> None:
    hostile = article("hostile", f"{ALL}\n\nCriminal cases against deserters: {ALL}\n")
    engine = FakeEngine(articles=[replace(hostile, source=f"{ATTACKS[0]}.txt", date=ATTACKS[1])])
    with served(tmp_path, engine) as ours:
        site = f"http://127.0.0.1:{ours.port}"
        page.goto(site)
        for attack in ("", *ATTACKS[:6]):
            box = page.get_by_label("Your question")
            box.fill(f"Criminal cases against deserters {attack}"[:1900])
            box.press("Enter")
            page.locator("#log .turn[aria-busy=true]").wait_for(state="detached")
        assert watched() == []
        conversation = page.url.rpartition("/")[2]
        quoted = page.locator(".quotation q").first.text_content()
        assert quoted is not None
        assert quoted in hostile.text
        for path in (
            "articles",
            "articles/hostile",
            "conversations",
            f"c/{conversation}",
            "articles/hostile?start=0&end=50",
        ):
            page.goto(f"{site}/{path}")
            page.wait_for_timeout(50)
            assert watched() == [], path
        for form in ("md", "json", "docx", "html"):
            export = page.request.get(f"{site}/v1/conversations/{conversation}/export?format={form}")
            assert export.status == 200
            assert export.headers["content-disposition"].startswith("attachment;")
            assert ("html" in export.headers["content-type"]) == (form == "html")
            assert export.headers["x-content-type-options"] == "nosniff"
        page.goto("about:blank")
        page.set_content(export.text())
        page.wait_for_timeout(50)
        assert page.locator("blockquote").count() > 0
        assert page.locator("script, img, iframe").count() == 0
        assert watched() == [], "html"


@pytest.mark.parametrize("part", range(4))
def test_hostile_address_is_only_text(page: Page, watched: Callable[[], list[str]], tmp_path: Path, part: int) -> None:
    spelled = quote(" ".join(ATTACKS[part::4]), safe="")
    with served(tmp_path, FakeEngine()) as ours:
        for path in (
            f"/?q={spelled}",
            f"/articles?search={spelled}",
            f"/articles/deserters?start=0&end=5&quote={spelled}&prefix={spelled}&back={spelled}",
            f"/conversations?search={spelled}",
        ):
            page.goto(f"http://127.0.0.1:{ours.port}{path}")
            assert watched() == [], path


def test_exported_markdown_holds_no_markup_of_an_article(tmp_path: Path) -> None:
    hostile = article("hostile", f"Title\n\nCriminal cases against deserters: {ALL}\n")
    app = fake_site(tmp_path, FakeEngine(articles=[hostile]))
    client = app.test_client()
    made = client.post("/v1/conversations", json={}).get_json()
    client.post(
        f"/v1/conversations/{made['id']}/ask", json={"question": f"Criminal cases against deserters {ATTACKS[0]}"}
    )
    text = client.get(f"/v1/conversations/{made['id']}/export.md").get_data(as_text=True)
    bare = text.replace("\\<", "").replace("\\[", "")
    assert "<" not in bare
    assert "[click]" not in bare
