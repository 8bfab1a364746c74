"""One conversation in ``qa chat``: what each typed line does, and the answers so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timezone
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from qa.citations.locate import locate
from qa.cli.exporting import export
from qa.cli.present import answer_text, in_context, line_numbers, place, sources, written_text
from qa.cli.text_format import Style, one_line
from qa.conversations.exports.formats import FORMATS
from qa.errors import ArticleNotFound, BadRequest, BadSetting, QAError
from qa.protocols import AnswerEngine
from qa.records import Answer, Citation, Span
from qa.requests import HISTORY_LIMIT, Turn, request_from, with_writing
from qa.written import Written

if TYPE_CHECKING:
    from qa.writing.written import CheckedWriter

ANSWER_CHARACTERS = 20_000

HELP = """Type a question, or:
  1, 2, ...        open that source of the last answer: the quotation in its paragraph, with its neighbours
  /sources         list the sources of the last answer again
  /search WORDS    answer the last question again, searching for exactly these words
  /write           let the configured language model write from the quotations, or stop that
  /export FILE     write the conversation to a file: .md, .html, .docx (Word) or .json
  /new             forget this conversation and start another
  /help            show this list
  /quit            leave, like Ctrl-D
Ctrl-C clears the line."""


class ChatSession:
    """One conversation at a terminal; ``over`` is true once the person has left.

    Links in what is exported lead to the reader of the site at that address.
    """

    def __init__(self, engine: AnswerEngine, style: Style, site: str, writer: CheckedWriter | None = None) -> None:
        self._engine = engine
        self._site = site
        self._style = style
        self._answers: list[tuple[datetime, Answer]] = []
        self._writer = writer
        self._writes = False
        self._unwritten: Answer | None = None
        self.over = False

    def write(self) -> Iterator[str]:
        """Yield what is written from the answer that ``reply`` has just returned, where that is switched on."""
        answer, self._unwritten = self._unwritten, None
        if answer is None or self._writer is None or not self._writes:
            return
        with closing(self._writer.write(answer)) as parts:
            for part in parts:
                if isinstance(part, Written):
                    self._answers[-1] = (self._answers[-1][0], replace(answer, written=part))
                if text := written_text(part, self._style):
                    yield text

    def reply(self, line: str) -> str:
        """Do what the line asks for and return the text to show; errors are shown, not raised."""
        try:
            return self._reply(line)
        except QAError as error:
            return self._style.wrap(f"qa: {error}")

    def _reply(self, line: str) -> str:
        if not line:
            return ""
        if line.isascii() and line.isdigit():
            return self._open(int(line))
        if not line.startswith("/"):
            return self._ask(line)
        name, _, argument = line.partition(" ")
        commands: dict[str, Callable[[str], str]] = {
            "/help": lambda _: HELP,
            "/sources": lambda _: self._sources(),
            "/search": self._search,
            "/write": lambda _: self._switch_writing(),
            "/export": self._export,
            "/new": lambda _: self._forget(),
            "/quit": lambda _: self._leave(),
        }
        if name not in commands:
            meant = get_close_matches(name, commands, 1)
            guess = f" Did you mean {meant[0]}?" if meant else ""
            raise BadRequest(f"{name} is not a command.{guess} /help lists them.")
        return commands[name](argument.strip())

    def _ask(self, question: str, searched_for: str | None = None) -> str:
        turns = [
            Turn(answer.question, answer.answer[:ANSWER_CHARACTERS]) for _, answer in self._answers[-HISTORY_LIMIT:]
        ]
        fields = {"question": question, "searched_for": searched_for, "history": turns}
        request = request_from(fields)
        answer = self._engine.ask(with_writing(request) if self._writes else request)
        self._answers.append((datetime.now(timezone.utc), answer))
        self._unwritten = answer
        return f"\n{answer_text(answer, self._style, line_numbers(self._engine.snapshot, answer))}"

    def _search(self, words: str) -> str:
        if not words:
            raise BadRequest("/search needs the words to search for.")
        question = self._answers[-1][1].question if self._answers else words
        return self._ask(question, words)

    def _last(self) -> Answer:
        if not self._answers or not self._answers[-1][1].citations:
            raise BadRequest("The last answer has no sources." if self._answers else "There is no answer yet.")
        return self._answers[-1][1]

    def _sources(self) -> str:
        answer = self._last()
        return sources(answer.citations, self._style, line_numbers(self._engine.snapshot, answer))

    def _open(self, marker: int) -> str:
        citations = self._last().citations
        if not 1 <= marker <= len(citations):
            raise BadRequest(f"There is no source {marker}: the last answer has {len(citations)}.")
        return self._in_article(citations[marker - 1])

    def _in_article(self, citation: Citation) -> str:
        article = self._engine.snapshot.text.article(citation.article_id)
        found = locate(article.text, citation.quote, citation.prefix, citation.suffix, citation.start, citation.end)
        if found.status == "gone":
            raise ArticleNotFound(f"{citation.source} does not say this any more. It was: “{citation.quote}”")
        number = article.text.count("\n", 0, found.start) + 1
        changed = "" if found.status == "unchanged" else f" ({found.status} since the answer)"
        head = self._style.wrap(f"[{citation.marker}] {article.title}")
        where = self._style.paint(place(article.source, number) + changed, dim=True)
        return f"{head}\n{where}\n\n{in_context(article, Span(found.start, found.end), self._style)}"

    def _switch_writing(self) -> str:
        if self._writer is None:
            raise BadSetting(
                "/write needs a language model. Set QA_WRITER to its address and QA_WRITER_MODEL to its name."
            )
        self._writes = not self._writes
        by = f"{one_line(self._writer.model)} at {one_line(self._writer.host)}"
        if not self._writes:
            return self._style.wrap(f"{by} writes no more.")
        sent = "" if self._writer.is_local else " Your questions and the quotations are sent there."
        return self._style.wrap(f"{by} writes from the quotations of each answer.{sent} /write again stops that.")

    def _export(self, name: str) -> str:
        path = Path(name).expanduser()
        if path.suffix.removeprefix(".") not in FORMATS:
            endings = ", ".join(f".{ending}" for ending in FORMATS)
            raise BadRequest(f"/export needs the name of a file that ends in {endings}.")
        if not self._answers:
            raise BadRequest("There is nothing to export yet.")
        export(self._answers, path, self._site)
        return f"Written to {one_line(str(path))}"

    def _forget(self) -> str:
        self._answers.clear()
        return "A new conversation."

    def _leave(self) -> str:
        self.over = True
        return ""
