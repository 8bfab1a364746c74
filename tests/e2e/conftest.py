"""A served site and a real headless Chromium for the tests of the page."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.web.fakes import FakeEngine, fake_site
from web.serving.server import Server


@dataclass
class Served:
    """An application that is served until ``stop``."""

    server: Server
    thread: threading.Thread
    address: str

    def stop(self) -> None:
        self.server.stop()
        self.thread.join(timeout=20)


@pytest.fixture
def serving() -> Iterator[Callable[..., Served]]:
    """Serve applications on loopback ports until the test ends."""
    running: list[Served] = []

    def serve(app: Flask, port: int = 0) -> Served:
        server = Server(app, "127.0.0.1", port, threads=4)
        served = Served(server, threading.Thread(target=server.run), server.address)
        served.thread.start()
        running.append(served)
        return served

    yield serve
    for served in running:
        served.stop()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def site(serving: Callable[..., Served], tmp_path: Path, engine: FakeEngine) -> Iterator[Served]:
    """A site over the fake engine."""
    yield serving(fake_site(tmp_path, engine))
    engine.released.set()


@dataclass
class Opened:
    """Opens pages and notes what they ask for and what goes wrong in them."""

    browser: Browser
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    closing: list[Callable[[], None]] = field(default_factory=list)

    def __call__(self, address: str, width: int = 1280, height: int = 800, **options: Any) -> Page:
        context = self.browser.new_context(viewport={"width": width, "height": height}, **options)
        self.closing.append(context.close)
        page = context.new_page()
        self.watch(page)
        page.goto(address)
        return page

    def watch(self, page: Page) -> None:
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Opened]:
    """Pages whose every request went to loopback and that reported no error but failed loads."""
    opened = Opened(browser)
    yield opened
    for close in opened.closing:
        close()
    assert [url for url in opened.requests if not url.startswith("http://127.0.0.1:")] == []
    assert [error for error in opened.errors if not error.startswith("Failed to load resource")] == []
