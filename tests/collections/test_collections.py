"""Several folders by name: each answers from its own articles, and none keeps another from answering."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qa.collections import collection as one_collection
from qa.collections.collections import Collections
from qa.collections.states import CollectionState
from qa.errors import BadSetting, CollectionUnavailable, IndexCorrupt, IndexMissing, UnknownCollection
from qa.requests import AskRequest
from qa.settings import Settings, read_settings
from qa.settings.collections import index_of_collection, indexes_beside
from qa.store.folder.encoder_copy import copy_encoder
from tests.collections.sites import (
    FOX_QUESTION,
    MUSEUM_QUESTION,
    damage,
    index_folder,
    open_fake,
    two_collections,
    two_folders,
    unindexed,
)
from tests.reliability.corpus import FOX, MUSEUM, following, index_articles, lay_out


@pytest.fixture
def collections(tmp_path: Path) -> Collections:
    return two_collections(tmp_path)


def quotes(collections: Collections, name: str | None, question: str) -> list[str]:
    return [one.quote for one in collections.find(name).engine.ask(AskRequest(question, quotes=1)).citations]


def test_names_are_the_last_parts_of_paths_or_given(tmp_path: Path) -> None:
    settings = read_settings({"QA_COLLECTIONS": f"{tmp_path}/news, old = {tmp_path}/a,b", "QA_INDEX": "/srv/index"})
    assert [str(one) for one in settings.collections] == [f"news={tmp_path}/news", f"old={tmp_path}/a", "b=b"]
    one = settings.of_collection(settings.collections[1])
    assert (one.articles, one.collection) == (tmp_path / "a", "old")
    assert one.index == index_of_collection(Path("/srv/index"), tmp_path / "a")
    assert one.origins["index"] == "QA_COLLECTIONS"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (
            "/a/news,/b/NEWS",
            "Two collections have the name 'NEWS': /a/news and /b/NEWS. Give one of them another name,",
        ),
        ("/a/news,x=/a/../a/news", "The folder /a/../a/news is named twice: as 'news' and 'x'."),
        ("news=", "The collection 'news=' has no folder. Name it as in: news=/srv/news"),
        ("/", "A collection cannot have the name ''. Give / a name of 1 to 64 characters"),
        ("a:b=/a", "A collection cannot have the name 'a:b'. Give /a a name of 1 to 64 characters"),
        (f"{'n' * 65}=/a", "A collection cannot have the name 'nnnn"),
    ],
)
def test_a_name_that_cannot_be_is_refused(value: str, words: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read_settings({"QA_COLLECTIONS": value})
    assert str(refused.value).startswith(words)


def test_an_index_stays_when_the_collection_gets_another_name(tmp_path: Path) -> None:
    settings = two_folders(tmp_path)
    renamed = Settings(
        collections=read_settings({"QA_COLLECTIONS": f"x={tmp_path / 'old'}"}).collections, index=settings.index
    )
    collections = Collections(renamed, open_fake)
    assert quotes(collections, "x", MUSEUM_QUESTION) == [MUSEUM.split(". ")[0] + "."]
    collections.close()


def test_each_answers_from_its_own_articles_though_two_have_the_same_name(collections: Collections) -> None:
    assert quotes(collections, "news", FOX_QUESTION) == [FOX.split(". ")[0] + "."]
    assert quotes(collections, "old", FOX_QUESTION) == []
    answer = collections.find("old").engine.ask(AskRequest(MUSEUM_QUESTION, quotes=1))
    assert [one.article_id for one in answer.citations] == ["report"]
    assert answer.index.collection == "old"
    assert answer.citations[0].link.startswith("/articles/report?collection=old&start=0&")
    assert {one.link.split("&")[0] for one in answer.passages} == {
        f"/articles/{one}?collection=old" for one in ("report", "barn")
    }
    assert quotes(collections, None, FOX_QUESTION) == quotes(collections, "news", FOX_QUESTION)
    collections.close()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("News", "There is no collection 'News'. Did you mean 'news'?"),
        ("xyz", "There is no collection 'xyz'. There are: 'news', 'old'."),
        ("", "There is no collection ''. There are: 'news', 'old'."),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, words: str, collections: Collections) -> None:
    with pytest.raises(UnknownCollection) as refused:
        collections.find(name)
    assert (str(refused.value), refused.value.field) == (words, "collection")


def test_a_single_folder_is_one_collection_without_a_name(tmp_path: Path) -> None:
    lay_out(tmp_path / "news", {"fox.txt": FOX})
    index_articles(tmp_path / "news", tmp_path / "index")
    collections = Collections(Settings(index=tmp_path / "index"), open_fake)
    assert [(one.name, one.settings.articles) for one in collections] == [(None, tmp_path / "news")]
    answer = collections.default.engine.ask(AskRequest(FOX_QUESTION))
    assert (answer.index.collection, answer.citations[0].link.split("&")[0]) == (None, "/articles/fox?start=0")
    with pytest.raises(UnknownCollection, match="no collection 'news': a single folder is asked here"):
        collections.find("news")
    collections.close()


def test_a_single_folder_without_an_index_raises_what_opening_raises(tmp_path: Path) -> None:
    collections = Collections(Settings(articles=tmp_path, index=tmp_path / "index"), open_fake)
    with pytest.raises(IndexMissing, match="No index in"):
        collections.open()


def test_a_damaged_one_says_so_and_stops_no_other(tmp_path: Path, collections: Collections) -> None:
    damage(index_folder(tmp_path, "old"))
    collections.open()
    assert [one.state() for one in collections] == [
        CollectionState("news", str(tmp_path / "news"), "ready", 2, None),
        CollectionState("old", str(tmp_path / "old"), "damaged", None, "Its index is damaged."),
    ]
    with pytest.raises(CollectionUnavailable) as refused:
        quotes(collections, "old", MUSEUM_QUESTION)
    assert str(refused.value) == "The collection 'old' cannot be asked. Its index is damaged."
    assert isinstance(refused.value.__cause__, IndexCorrupt)
    assert quotes(collections, "news", FOX_QUESTION) == [FOX.split(". ")[0] + "."]
    collections.close()


def test_one_that_is_indexed_later_is_asked_without_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(tmp_path / "news", {"fox.txt": FOX})
    lay_out(tmp_path / "old", {"report.txt": MUSEUM})
    index_articles(tmp_path / "news", index_folder(tmp_path, "news"))
    collections = Collections(unindexed(tmp_path), open_fake)
    collections.open()
    assert collections.find("old").state().state == "not indexed"
    index_articles(tmp_path / "old", index_folder(tmp_path, "old"))
    with pytest.raises(CollectionUnavailable, match="It has no index"):
        quotes(collections, "old", MUSEUM_QUESTION)
    monkeypatch.setattr(one_collection, "RETRY_SECONDS", 0.0)
    assert quotes(collections, "old", MUSEUM_QUESTION) == [MUSEUM.split(". ")[0] + "."]
    assert collections.find("old").state().state == "ready"
    collections.close()


def test_where_none_can_be_opened_the_first_one_says_why(tmp_path: Path) -> None:
    with pytest.raises(CollectionUnavailable, match="'news' cannot be asked"):
        Collections(unindexed(tmp_path), open_fake).open()


def test_one_whose_folder_vanishes_answers_from_its_index(tmp_path: Path, collections: Collections) -> None:
    collections.open()
    shutil.rmtree(tmp_path / "old")
    reason = "Its folder is not there; the index answers as it is."
    assert collections.find("old").state() == CollectionState("old", str(tmp_path / "old"), "folder missing", 2, reason)
    assert quotes(collections, "old", MUSEUM_QUESTION) == [MUSEUM.split(". ")[0] + "."]
    collections.close()


def test_a_removed_article_goes_from_one_alone(tmp_path: Path, collections: Collections) -> None:
    collections.open()
    (tmp_path / "old" / "report.txt").unlink()
    index_articles(tmp_path / "old", index_folder(tmp_path, "old"))
    engine = following(index_folder(tmp_path, "old"), "old")
    assert [one.id for one in engine.snapshot.text.articles()] == ["barn"]
    engine.close()
    assert [one.id for one in collections.find("news").engine.snapshot.text.articles()] == ["orchard", "report"]
    assert quotes(collections, "news", FOX_QUESTION) == [FOX.split(". ")[0] + "."]
    collections.close()


def test_the_encoder_of_another_index_is_copied_whole(tmp_path: Path) -> None:
    (tmp_path / "index" / "encoder").mkdir(parents=True)
    (tmp_path / "index" / "encoder" / "encoder.json").write_text("card")
    target = index_of_collection(tmp_path / "index", tmp_path / "news")
    copy_encoder(tmp_path / "index", target)
    assert [path.name for path in target.iterdir()] == ["encoder"]
    assert (target / "encoder" / "encoder.json").read_text() == "card"
    assert indexes_beside(index_of_collection(tmp_path / "index", tmp_path / "old")) == [tmp_path / "index", target]
