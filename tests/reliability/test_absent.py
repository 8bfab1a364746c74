"""What was removed is in no file any more, in no form; and what is left is found, in every form."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from qa.check.absent import Leftover, find_leftovers, traces_of
from qa.conversations.store import ConversationStore
from qa.requests import AskRequest
from qa.store.dense.writer import as_stored
from tests.cli.runs import run_here
from tests.fakes import FakeEncoder
from tests.reliability.corpus import BARN, BEFORE, FOX, following, index_articles, lay_out, opened

SECRET = (
    "The secret ledger\n\nA zymurgist hid nineteen copper kettles beneath the vicarage floor. "
    "Only the “quixotic” sexton knew where.\n\nNobody ever dug them up again, as far as the parish records tell.\n"
)
ARTICLES = {**BEFORE, "zz.txt": SECRET}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    lay_out(tmp_path / "articles", ARTICLES)
    index_articles(tmp_path / "articles", tmp_path / "index")
    return tmp_path


def stored(folder: Path, text: str = SECRET, others: Sequence[str] = tuple(BEFORE.values())) -> list[Leftover]:
    return find_leftovers(traces_of(text, others, FakeEncoder()), [folder])


def test_text_that_is_there_is_found_in_every_form(place: Path) -> None:
    found = stored(place / "index")
    assert {(one.path.name, one.form) for one in found} >= {
        ("text.sqlite", "text"),
        ("text.sqlite", "table texts"),
        ("text.sqlite", "table paragraphs"),
        ("dense.faiss", "sentence vector"),
        ("lexical", "word"),
        ("articles_lexical", "word"),
    }
    assert [one.form for one in found if one.path.suffix == ".tokens"] == ["tokens"]


@pytest.mark.parametrize("step", ["remove", "edit"])
def test_removed_text_is_in_no_file(place: Path, step: str) -> None:
    lay_out(place / "articles", BEFORE if step == "remove" else {**BEFORE, "zz.txt": f"{BARN}\n"})
    index_articles(place / "articles", place / "index")
    assert stored(place / "index") == []


def test_text_stays_found_while_a_reader_holds_it_and_goes_with_the_reader(place: Path) -> None:
    with opened(place / "index") as reader:
        lay_out(place / "articles", BEFORE)
        index_articles(place / "articles", place / "index")
        assert {one.form for one in stored(place / "index")} >= {"text"}
        reader.verify()
    assert stored(place / "index") == []


def test_text_goes_even_when_it_was_added_and_an_older_generation_was_kept(place: Path) -> None:
    lay_out(place / "articles", {**ARTICLES, "barn.txt": BARN})
    index_articles(place / "articles", place / "index")
    assert len(list((place / "index" / "generations").iterdir())) == 2
    lay_out(place / "articles", {**BEFORE, "barn.txt": BARN})
    index_articles(place / "articles", place / "index")
    assert stored(place / "index", others=[*BEFORE.values(), BARN]) == []


def test_what_other_articles_say_too_is_not_looked_for(place: Path) -> None:
    traces = traces_of(f"{FOX}\n\nOnly this stands here alone, kettles.\n", list(BEFORE.values()), FakeEncoder())
    assert [part for part in traces.parts if "fox" in part] == []
    assert "kettl" in traces.words


def plant(folder: Path, form: str) -> None:
    """Leave the text behind in one form only."""
    sentence = "A zymurgist hid nineteen copper kettles beneath the vicarage floor."
    if form in {"freed page", "database"}:
        with closing(sqlite3.connect(folder / "x.db")) as database:
            database.execute("PRAGMA secure_delete = OFF")
            database.execute("CREATE TABLE kept (answer BLOB)")
            database.execute("INSERT INTO kept VALUES (?)", (json.dumps({"quote": "x" * 9000 + sentence}).encode(),))
            database.commit()
            if form == "freed page":
                database.execute("DELETE FROM kept")
                database.commit()
    elif form == "vector":
        (folder / "x.bin").write_bytes(
            b"abc" + as_stored(FakeEncoder().encode(SECRET.split("\n")[2]).sentence).astype(np.float16).tobytes()
        )
    else:
        spelled = {
            "plain": sentence,
            "folded": sentence.casefold(),
            "json": json.dumps("Only the “quixotic” sexton knew where."),
        }
        (folder / "x.log").write_bytes(spelled[form].encode())


@pytest.mark.parametrize("form", ["plain", "folded", "json", "database", "freed page", "vector"])
def test_leftover_is_found_in_whatever_form_it_is(tmp_path: Path, form: str) -> None:
    plant(tmp_path, form)
    assert stored(tmp_path) != []


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "other.log").write_text(FOX)
    assert stored(tmp_path) == []


def test_what_a_conversation_keeps_is_found_until_it_is_deleted(place: Path) -> None:
    engine, store = following(place / "index"), ConversationStore(place / "data")
    answer = engine.ask(AskRequest("Where did the zymurgist hide nineteen copper kettles?"))
    assert answer.answered
    kept = store.create().id
    store.add(kept, answer)
    del engine
    lay_out(place / "articles", BEFORE)
    index_articles(place / "articles", place / "index")
    assert stored(place / "index") == []
    other = store.create().id
    store.add(other, following(place / "index").ask(AskRequest("When did the museum open its northern wing?")))
    assert {one.form for one in stored(place / "data")} >= {"table turns"}
    store.delete(kept)
    assert stored(place / "data") == []
    assert len(store.read(other).turns) == 1


def test_check_absent_says_what_is_left_and_what_is_not(
    seeds: Path, seeds_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_DATA", str(tmp_path / "data"))
    one = sorted(seeds.glob("*.txt"))[0]
    there = run_here("check", "--absent", str(one), "--index", str(seeds_index))
    assert there.code == 1
    assert there.out.splitlines()[-1].endswith(f" places still hold something of {one}.")
    (tmp_path / "removed.txt").write_text(SECRET)
    gone = run_here("check", "--absent", str(tmp_path / "removed.txt"), "--index", str(seeds_index))
    assert (gone.code, gone.err) == (0, "")
    assert gone.out.startswith(f"Nothing of {tmp_path / 'removed.txt'} is stored: ")
    shutil.copy(one, tmp_path / "copy.txt")
    same = run_here("check", "--absent", str(tmp_path / "copy.txt"), "--index", str(seeds_index))
    assert (same.code, same.out) == (2, "")
    assert "stands in articles that are still in" in same.err
    assert run_here("check", "--absent", str(tmp_path / "none.txt"), "--index", str(seeds_index)).code == 2


def test_check_repair_mends_what_it_finds(seeds_index: Path, seeds: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    shutil.copytree(seeds_index, index)
    whole = run_here("check", "--repair", "--index", str(index))
    assert (whole.code, whole.err) == (0, "")
    [dense] = index.rglob("dense.faiss")
    dense.write_bytes(dense.read_bytes()[:-1])
    assert run_here("check", "--index", str(index)).code == 3
    mended = run_here("check", "--repair", "--index", str(index))
    assert mended.code == 0
    assert "dense.faiss has " in mended.err
    assert mended.out.startswith("The index is whole: generation 000002-")
    assert run_here("check", "--index", str(index)).code == 0
