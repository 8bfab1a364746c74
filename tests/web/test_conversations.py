from __future__ import annotations

import sqlite3
import stat
import threading
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from qa.conversations.database import FILE
from qa.conversations.earlier import decode_answer
from qa.conversations.store import ConversationNotFound, ConversationStore
from qa.errors import StorageFailed
from qa.records import Answer, Copy
from qa.requests import AskRequest
from tests.web.fakes import FakeEngine


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path / "data")


def answer(question: str) -> Answer:
    return FakeEngine().ask(AskRequest(question))


def test_ids_are_128_random_bits_and_never_the_same(store: ConversationStore) -> None:
    identifiers = {store.create().id for _ in range(20)}
    assert len(identifiers) == 20
    assert all(len(bytes.fromhex(one)) == 16 for one in identifiers)


def test_what_was_kept_is_read_again_by_another_process(store: ConversationStore, tmp_path: Path) -> None:
    conversation = store.create()
    first = store.add(conversation.id, answer("How many criminal cases against deserters?"))
    second = store.add(conversation.id, answer("What is the hotline called?"))
    read = ConversationStore(tmp_path / "data").read(conversation.id)
    assert read.turns == (first, second)
    assert (first.turn, second.turn) == (1, 2)
    assert read.title == "How many criminal cases against deserters?"


def as_kept_before_statements(answer: Answer) -> bytes:
    """Return the answer as the first version kept it."""
    kept = msgspec.to_builtins(answer)
    del kept["statements"], kept["support"]
    for one in [
        *kept["citations"],
        *kept["passages"],
        *(copy for cited in kept["citations"] for copy in cited["also_in"]),
    ]:
        del one["link"]
    for one in kept["passages"]:
        del one["id"]
    return msgspec.json.encode(kept)


@pytest.mark.parametrize(
    "question", ["How many criminal cases against deserters, and which hotline helps soldiers?", "Best pasta recipe?"]
)
def test_an_answer_kept_before_it_had_statements_and_links_is_read_with_them(question: str) -> None:
    kept = answer(question)
    copies = (Copy("farms/harvest", 3, 9, "/articles/farms/harvest?start=3&end=9#mark"),)
    kept = replace(kept, citations=tuple(replace(one, also_in=copies) for one in kept.citations))
    assert decode_answer(as_kept_before_statements(kept)) == kept
    assert decode_answer(msgspec.json.encode(kept)) == kept


@pytest.mark.parametrize("question", ["How many criminal cases against deserters?", "Best pasta recipe?"])
def test_an_answer_kept_before_it_had_support_is_read_with_it(question: str) -> None:
    kept = answer(question)
    fields = msgspec.to_builtins(kept)
    del fields["support"]
    assert decode_answer(msgspec.json.encode(fields)) == kept


def test_a_turn_is_answered_anew_in_its_place(store: ConversationStore) -> None:
    conversation = store.create()
    for question in ("One?", "Two?", "Three?"):
        store.add(conversation.id, answer(question))
    store.add(conversation.id, answer("Another two?"), turn=2)
    assert [one.answer.question for one in store.read(conversation.id).turns] == ["One?", "Another two?", "Three?"]


def test_the_list_is_newest_first_and_leaves_out_what_was_never_asked(store: ConversationStore) -> None:
    old, empty, new = store.create(), store.create(), store.create("Mine")
    store.add(new.id, answer("About the harvest?"))
    store.add(old.id, answer("About deserters?"))
    total, entries = store.entries("", 0, 10)
    assert (total, [one.id for one in entries]) == (2, [old.id, new.id])
    assert [(one.title, one.questions) for one in entries] == [("About deserters?", 1), ("Mine", 1)]
    assert empty.id not in {one.id for one in entries}


@pytest.mark.parametrize(
    ("search", "found"), [("HARVEST", 1), ("страна", 1), ("mine", 1), ("%", 0), ("_", 0), ("deserters", 0)]
)
def test_search_reads_titles_and_questions_in_any_case(store: ConversationStore, search: str, found: int) -> None:
    conversation = store.create("Mine")
    store.add(conversation.id, answer("About the harvest?"))
    store.add(conversation.id, answer("Какая СТРАНА?"))
    assert store.entries(search, 0, 10)[0] == found


def test_a_page_of_the_list_holds_its_part(store: ConversationStore) -> None:
    for question in ("One?", "Two?", "Three?"):
        store.add(store.create().id, answer(question))
    total, entries = store.entries("", 1, 1)
    assert (total, [one.title for one in entries]) == (3, ["Two?"])


def test_an_empty_title_brings_the_first_question_back(store: ConversationStore) -> None:
    conversation = store.create("Mine")
    store.add(conversation.id, answer("One?"))
    store.rename(conversation.id, "")
    assert store.read(conversation.id).title == "One?"


def test_deleting_leaves_no_word_on_the_disk(store: ConversationStore, tmp_path: Path) -> None:
    conversation = store.create()
    store.add(conversation.id, answer("Is xylophone written down?"))
    path = tmp_path / "data" / FILE
    assert b"xylophone" in path.read_bytes()
    store.delete(conversation.id)
    assert b"xylophone" not in path.read_bytes()
    with pytest.raises(ConversationNotFound, match=f"There is no conversation '{conversation.id}'"):
        store.read(conversation.id)


def test_what_is_not_there_cannot_be_changed(store: ConversationStore) -> None:
    conversation = store.create()
    with pytest.raises(ConversationNotFound, match="'x'"):
        store.rename("x", "y")
    with pytest.raises(ConversationNotFound, match="'x'"):
        store.delete("x")
    with pytest.raises(ConversationNotFound, match="'x'"):
        store.add("x", answer("One?"))
    with pytest.raises(ConversationNotFound, match="with a turn 1"):
        store.add(conversation.id, answer("One?"), turn=1)


def test_two_tabs_at_once_lose_no_turn(store: ConversationStore) -> None:
    conversation = store.create()
    threads = [
        threading.Thread(target=lambda n=n: [store.add(conversation.id, answer(f"{n} {at}?")) for at in range(5)])
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    turns = store.read(conversation.id).turns
    assert [one.turn for one in turns] == list(range(1, 21))
    assert len({one.answer.question for one in turns}) == 20


def test_only_the_owner_can_read_the_file(store: ConversationStore, tmp_path: Path) -> None:
    store.create()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data" / FILE).stat().st_mode) == 0o600


def test_a_damaged_file_is_named(store: ConversationStore, tmp_path: Path) -> None:
    store.create()
    (tmp_path / "data" / FILE).write_bytes(b"not a database" * 100)
    with pytest.raises(StorageFailed, match=rf"Cannot keep conversations in .*{FILE}: file is not a database"):
        store.create()


def test_a_file_of_another_version_is_left_alone(store: ConversationStore, tmp_path: Path) -> None:
    store.create()
    database = sqlite3.connect(tmp_path / "data" / FILE)
    database.execute("PRAGMA user_version = 9")
    database.close()
    with pytest.raises(StorageFailed, match=f"{FILE} is of version 9, and 5 is known"):
        store.create()


def test_a_file_of_the_first_version_is_brought_up_to_date(store: ConversationStore, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    database = sqlite3.connect(tmp_path / "data" / FILE)
    database.executescript(
        "CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT NOT NULL, created TEXT NOT NULL, "
        "updated TEXT NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE turns (conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE, "
        "number INTEGER NOT NULL, asked TEXT NOT NULL, question TEXT NOT NULL, scope BLOB NOT NULL, "
        "answer BLOB NOT NULL, PRIMARY KEY (conversation, number)) WITHOUT ROWID;"
        "INSERT INTO conversations VALUES ('old', 'Old', '2026', '2026'); PRAGMA user_version = 1;"
    )
    database.close()
    store.add("old", answer("One?"))
    store.add(store.create("New", owner="b").id, answer("Two?"))
    assert [one.title for one in store.entries("", 0, 10)[1]] == ["New", "Old"]
    assert [one.title for one in store.entries("", 0, 10, owner="")[1]] == ["Old"]


def test_an_owner_has_a_list_of_its_own(store: ConversationStore) -> None:
    for owner in ("a", "b"):
        store.add(store.create(owner, owner).id, answer("One?"))
    assert [(total, entries[0].title) for total, entries in (store.entries("", 0, 9, one) for one in "ab")] == [
        (1, "a"),
        (1, "b"),
    ]
    assert store.entries("", 0, 9)[0] == 2


def test_a_kept_answer_that_cannot_be_read_is_said(store: ConversationStore, tmp_path: Path) -> None:
    conversation = store.create()
    store.add(conversation.id, answer("One?"))
    database = sqlite3.connect(tmp_path / "data" / FILE)
    with database:
        database.execute("UPDATE turns SET answer = '{}'")
    database.close()
    with pytest.raises(StorageFailed, match="A kept answer cannot be read: Object missing required field"):
        store.read(conversation.id)
