"""A served site and a real headless Chromium for the tests of the page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.e2e.pages import OpenPage, Serve, Served
from tests.web.fakes import FakeEngine, fake_site
from web.serving.server import Server


@pytest.fixture
def serving() -> Iterator[Serve]:
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
def site(serving: Serve, tmp_path: Path, engine: FakeEngine) -> Iterator[Served]:
    """A site over the fake engine."""
    yield serving(fake_site(tmp_path, engine))
    engine.released.set()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Pages whose every request went to loopback and that reported no error but failed loads."""
    opened = OpenPage(browser)
    yield opened
    for close in opened.closing:
        close()
    assert [url for url in opened.requests if not url.startswith("http://127.0.0.1:")] == []
    assert [error for error in opened.errors if not error.startswith("Failed to load resource")] == []
