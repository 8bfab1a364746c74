"""Take the README's pictures from the running program: python tests/e2e/pictures.py [FOLDER]

Builds an index of the seed articles in a temporary folder, serves it, and drives a headless Chromium.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from qa.factory import build_index
from qa.progress import silent
from qa.settings import Settings
from web import create_app
from web.serving.server import Server

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "How many criminal cases were opened against deserters in the first half of 2023?"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 640}


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the seed articles; gives the address."""
    settings = Settings(articles=ROOT / "seeds", index=folder / "index", data=folder / "data")
    build_index(settings, progress=silent)
    server = Server(create_app(settings=settings), "127.0.0.1", 0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server.address
    server.stop()
    thread.join()


def answered(browser: Browser, address: str, **options: Any) -> Page:
    """Return a page that has answered the question."""
    page = browser.new_context(**options).new_page()
    page.goto(address)
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_label("Your question").press("Enter")
    page.locator("#log .quotation").first.wait_for()
    page.reload()
    page.evaluate("document.activeElement.blur(); window.scrollTo({top: 0, behavior: 'instant'})")
    return page


def take(browser: Browser, address: str, folder: Path) -> None:
    """Write the pictures into the folder."""
    page = answered(browser, address, viewport=DESK, color_scheme="light")
    page.screenshot(path=folder / "answer.png")
    page.locator(".marker").first.click()
    page.locator("mark#mark").wait_for()
    page.screenshot(path=folder / "article.png")
    answered(browser, address, viewport=DESK, color_scheme="dark").screenshot(path=folder / "dark.png")
    phone = answered(browser, address, viewport=PHONE, color_scheme="light", device_scale_factor=2)
    phone.screenshot(path=folder / "phone.png")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "web" / "pictures"
    folder.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as scratch, served(Path(scratch)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        take(browser, address, folder)
        browser.close()


if __name__ == "__main__":
    main()
