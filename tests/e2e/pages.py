"""A served site, and pages of it that are opened in a browser."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import Flask
from playwright.sync_api import Browser, Page

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


class Serve(Protocol):
    """Serves an application on a port of the loopback address; 0 takes a free one."""

    def __call__(self, app: Flask, port: int = 0) -> Served: ...


@dataclass
class OpenPage:
    """Opens pages and notes what they request and what goes wrong in them."""

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
