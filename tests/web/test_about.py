from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from qa.settings import Settings
from tests.web.fakes import fake_site
from web.served import folder_name


def test_the_page_names_folder_articles_model_version_and_limits(tmp_path: Path) -> None:
    page = fake_site(tmp_path, articles=tmp_path / "press").test_client().get("/about").text
    for words in (f"<code>{tmp_path / 'press'}</code>", "2 articles</a>", "<dd>fake</dd>", version("qa-articles")):
        assert words in page
    assert "It does not summarise, compare, translate, count or write." in page
    assert 'href="/docs"' in page


@pytest.mark.parametrize("setting", [{"token": "x" * 22}, {"url": "https://qa.example"}])
def test_where_others_can_ask_the_folder_has_no_path(setting: dict[str, str], tmp_path: Path) -> None:
    assert folder_name(Settings(articles=tmp_path / "press", index=tmp_path, **setting)) == "press"  # type: ignore[arg-type]


def test_every_page_leads_to_it(tmp_path: Path) -> None:
    client = fake_site(tmp_path).test_client()
    assert all('href="/about"' in client.get(path).text for path in ("/", "/articles", "/conversations", "/docs"))
