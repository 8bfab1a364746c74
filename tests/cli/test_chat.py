"""A conversation in the terminal: what its lines mean, over a fake engine; and how it feels, at a real terminal."""

import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from qa.cli.chat.session import HELP, ChatSession
from qa.cli.text_format import Style
from qa.protocols import AnswerEngine
from qa.requests import Turn
from qa.writing.checks.entailment import NoEntailment
from qa.writing.written import CheckedWriter
from tests.cli.runs import AtTerminal, run_here
from tests.fakes import FakeEncoder
from tests.web.fakes import FakeEngine, article, fake_articles
from tests.writing.fakes import FakeWriter

QUESTION = "How many criminal cases were opened against deserters?"
QUOTE = "In the first half of 2023 prosecutors opened 2,076 criminal cases against deserters."


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def session(engine: FakeEngine) -> ChatSession:
    return ChatSession(cast(AnswerEngine, engine), Style(), "http://127.0.0.1:8000")


def test_a_question_gets_its_answer(session: ChatSession) -> None:
    assert session.reply(QUESTION) == (
        f"\n“{QUOTE}” [1]\n\n[1] Soldiers refuse to fight\n    2023-08-14\n    deserters.txt:5, paragraph 2\n\n"
        "Confidence: high (90%)"
    )


def test_each_question_brings_those_before_it(session: ChatSession, engine: FakeEngine) -> None:
    session.reply(QUESTION)
    session.reply("And convicted?")
    assert engine.requests[1].history == (Turn(QUESTION, f"“{QUOTE}” [1]"),)


def test_a_new_conversation_brings_nothing(session: ChatSession, engine: FakeEngine) -> None:
    session.reply(QUESTION)
    assert session.reply("/new") == "A new conversation."
    session.reply("And convicted?")
    assert engine.requests[1].history == ()


def writing_session(engine: FakeEngine, host: str = "127.0.0.1:9") -> ChatSession:
    writer = FakeWriter("Prosecutors opened 2,076 criminal cases [1]. ", "The moon is made of cheese [1].")
    writer.host = host
    checked = CheckedWriter(writer, FakeEncoder(4096), NoEntailment(), 1)
    return ChatSession(cast(AnswerEngine, engine), Style(), "http://127.0.0.1:8000", checked)


def test_a_text_is_written_from_each_answer_while_that_is_switched_on(engine: FakeEngine, tmp_path: Path) -> None:
    session = writing_session(engine)
    session.reply(QUESTION)
    assert list(session.write()) == []
    assert session.reply("/write") == (
        "fake at 127.0.0.1:9 writes from the quotations of each answer. /write again stops that."
    )
    session.reply(QUESTION)
    assert list(session.write()) == [
        "Prosecutors opened 2,076 criminal cases. [1]",
        "Written by fake at 127.0.0.1:9, checked against the quotations. 1 sentence left out: not supported.",
    ]
    session.reply("/sources")
    assert list(session.write()) == []
    session.reply("Best pasta recipe?")
    assert list(session.write()) == []
    session.reply(f"/export {tmp_path / 'chat.json'}")
    kept = json.loads((tmp_path / "chat.json").read_text())["turns"]
    assert kept[0]["answer"]["written"] is None
    assert kept[1]["answer"]["written"]["outcome"] == "written"
    assert session.reply("/write") == "fake at 127.0.0.1:9 writes no more."
    session.reply(QUESTION)
    assert list(session.write()) == []


def test_a_writer_elsewhere_is_named_before_anything_is_sent(engine: FakeEngine, session: ChatSession) -> None:
    assert "Your questions and the quotations are sent there." in writing_session(engine, "writer.example").reply(
        "/write"
    )
    assert session.reply("/write").startswith("qa: /write needs a language model. Set QA_WRITER")


def test_a_number_opens_the_source_between_its_neighbours(session: ChatSession) -> None:
    session.reply(QUESTION)
    assert session.reply("1") == (
        "[1] Soldiers refuse to fight\ndeserters.txt:5\n\n    By A. Writer\n\n"
        f"    >>{QUOTE}<< Most were convicted.\n\n"
        "    A hotline called Go by the Forest helps soldiers who refuse to fight."
    )


def test_a_source_that_moved_is_opened_where_it_is_now(session: ChatSession, engine: FakeEngine) -> None:
    session.reply(QUESTION)
    engine.articles[0] = article("deserters", f"Another title\n\nA line before.\n\n{QUOTE}\n")
    assert session.reply("1").startswith(
        "[1] Another title\ndeserters.txt:5 (moved since the answer)\n\n    A line before."
    )


def test_a_source_that_is_gone_is_said_to_be_gone(session: ChatSession, engine: FakeEngine) -> None:
    session.reply(QUESTION)
    engine.articles[0] = article("deserters", "Another title\n\nNothing of all that.\n")
    assert session.reply("1") == f"qa: deserters.txt does not say this any more. It was: “{QUOTE}”"
    engine.articles.pop(0)
    assert session.reply("1").startswith("qa: No article 'deserters'.")


def test_the_sources_are_listed_again(session: ChatSession) -> None:
    session.reply(QUESTION)
    assert session.reply("/sources") == (
        "[1] Soldiers refuse to fight\n    2023-08-14\n    deserters.txt:5, paragraph 2"
    )


def test_a_search_keeps_the_question_and_takes_other_words(session: ChatSession, engine: FakeEngine) -> None:
    session.reply("What of it?")
    session.reply("/search criminal cases against deserters")
    asked = engine.requests[1]
    assert (asked.question, asked.searched_for) == ("What of it?", "criminal cases against deserters")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["1"], "qa: There is no answer yet."),
        (["pasta?", "1"], "qa: The last answer has no sources."),
        ([QUESTION, "2"], "qa: There is no source 2: the last answer has 1."),
        ([QUESTION, "0"], "qa: There is no source 0: the last answer has 1."),
        (["/nothing"], "qa: /nothing is not a command. /help lists them."),
        (["/exprot a.md"], "qa: /exprot is not a command. Did you mean /export? /help lists them."),
        (["/search"], "qa: /search needs the words to search for."),
        (["/export"], "qa: /export needs the name of a file that ends in .md, .html, .docx, .json."),
        (["/export talk.pdf"], "qa: /export needs the name of a file that ends in .md, .html, .docx, .json."),
        (["/export talk.md"], "qa: There is nothing to export yet."),
        (
            [QUESTION, "/export /no/such/folder/talk.md"],
            "qa: Cannot write /no/such/folder/talk.md: No such file or d",
        ),
        (["x" * 2001], "qa: `question` may have 2,000 characters at most."),
    ],
)
def test_what_cannot_be_done_is_told(lines: list[str], said: str, session: ChatSession) -> None:
    *_, reply = [session.reply(line) for line in lines]
    assert reply.startswith(said)
    assert "\n" not in reply
    assert not session.over


def test_help_lists_every_command(session: ChatSession) -> None:
    assert session.reply("/help") == HELP
    for name in ("/sources", "/search", "/export", "/new", "/help", "/quit"):
        assert f"\n  {name} " in HELP


def test_quit_leaves(session: ChatSession) -> None:
    assert session.reply("/quit") == ""
    assert session.over


def test_an_export_as_markdown_has_the_quotes_with_footnotes(session: ChatSession, tmp_path: Path) -> None:
    session.reply(QUESTION)
    assert session.reply(f"/export {tmp_path / 'talk.md'}") == f"Written to {tmp_path / 'talk.md'}"
    content = (tmp_path / "talk.md").read_text(encoding="utf-8")
    assert f"# {QUESTION}\n" in content
    assert f"> “{QUOTE}” [^1]\n" in content
    assert "\n[^1]: [Soldiers refuse to fight](http://127.0.0.1:8000/articles/deserters?start=" in content


def test_an_export_as_json_holds_every_answer(session: ChatSession, tmp_path: Path) -> None:
    session.reply(QUESTION)
    session.reply("Which pasta recipe suits garlic?")
    session.reply(f"/export {tmp_path / 'talk.json'}")
    exported = json.loads((tmp_path / "talk.json").read_text(encoding="utf-8"))
    assert exported["title"] == QUESTION
    assert [(turn["turn"], turn["answer"]["answered"]) for turn in exported["turns"]] == [(1, True), (2, False)]


def test_an_export_never_writes_over_a_file(session: ChatSession, tmp_path: Path) -> None:
    path = tmp_path / "talk.md"
    path.write_text("mine")
    session.reply(QUESTION)
    assert session.reply(f"/export {path}") == f"qa: {path} exists already. Choose another name."
    assert path.read_text() == "mine"


def test_an_article_full_of_control_sequences_stays_text(session: ChatSession, engine: FakeEngine) -> None:
    evil = article("x\x1b[2J", f"Tit\x1b]0;owned\x07le\n\nBefore \x9b31m.\n\n{QUOTE} \x1b[31mRed \u202e.\n")
    engine.articles[:] = [replace(evil, source="x\x1b[2J.txt")]
    shown = session.reply(QUESTION) + session.reply("1") + session.reply("/sources")
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(shown)
    assert "Before  31m." in shown.replace("Before 31m.", "Before  31m.")


def test_lines_of_a_pipe_are_answered_without_a_prompt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("qa.factory.open_engine", lambda *_, **__: FakeEngine(articles=fake_articles()))
    monkeypatch.setenv("QA_DATA", str(tmp_path / "data"))
    ran = run_here("chat", stdin=f"{QUESTION}\n\n1\n/quit\nnever asked\n".encode())
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"\n“{QUOTE}” [1]\n")
    assert ran.out.endswith("refuse to fight.\n\n")
    assert not (tmp_path / "data").exists()


def test_at_a_terminal_lines_are_edited_cleared_kept_and_called_back(seeds_index: Path, tmp_path: Path) -> None:
    settings: dict[str, Any] = {"QA_INDEX": seeds_index, "QA_DATA": tmp_path / "data"}
    with AtTerminal("chat", "--plain", **settings) as terminal:
        terminal.wait_for(r"5 articles\. Ask in plain words; /help lists the commands\.\n.*\? ")
        terminal.type("half a question")
        terminal.wait_for("half a question")
        terminal.type("\x03")
        terminal.wait_for(r"\n.*\? ")
        terminal.type("How many criminal case were opened?" + "\x02" * 13 + "s\n")  # thirteen steps back
        terminal.wait_for(r"” \[1\]\n\n.*\? ")
        terminal.type("1\n")
        terminal.wait_for(r">>.+<<.*\n\n.*\? ")
        terminal.type("\x04")
        assert terminal.end().code == 0
    history = tmp_path / "data" / "chat_history"
    assert history.read_text().splitlines()[-2:] == ["How many criminal cases were opened?", "1"]
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert stat.S_IMODE(history.parent.stat().st_mode) == 0o700
    with AtTerminal("chat", "--plain", **settings) as again:
        again.wait_for(r"\? ")
        again.type("\x10\x10\n")  # two lines back
        again.wait_for(r"How many criminal cases were opened\?.*” \[1\]\n\n.*\? ")
        again.type("/quit\n")
        assert again.end().code == 0


def test_nothing_is_kept_where_keeping_is_off(seeds_index: Path, tmp_path: Path) -> None:
    with AtTerminal("chat", QA_INDEX=seeds_index, QA_DATA=tmp_path / "data", QA_KEEP="off") as terminal:
        terminal.wait_for(r"\? ")
        terminal.type("/help\n")
        terminal.wait_for(r"Ctrl-C clears the line\..*\? ")
        terminal.type("\x04")
        assert terminal.end().code == 0
    assert not (tmp_path / "data").exists()


def test_a_history_that_cannot_be_kept_is_said_and_the_chat_goes_on(seeds_index: Path, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, not a folder")
    with AtTerminal("chat", QA_INDEX=seeds_index, QA_DATA=tmp_path / "data") as terminal:
        terminal.wait_for(r"qa: What you type is not kept: .*chat_history: (File exists|Not a directory)\.\n.*\? ")
        terminal.type("/quit\n")
        assert terminal.end().code == 0
