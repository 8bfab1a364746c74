"""``qa index``, ``qa check`` and ``qa verify`` over a small index built with the fake encoder."""

import hashlib
import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from qa.build.report import BuildReport, Excluded, Note, ShardCounts
from qa.check.inspection import faults
from qa.cli.commands.index import summary
from qa.encode.card import GRAPH, TOKENIZER, EncoderCard, read_card, write_card
from qa.records import SkippedFile
from qa.settings import Settings
from qa.store.snapshot import open_snapshot
from tests.building import build
from tests.cli.runs import AtTerminal, run_here
from tests.fakes import FakeEncoder

HARVEST = "A poor harvest\n\nThe harvest fell by 12 percent in 2022. Farmers blame the drought of that summer.\n"
HOTLINE = "A hotline for soldiers\n\nThe hotline is called Go by the Forest. It helps soldiers who refuse to fight.\n"
REPORT = BuildReport(
    generation="000001-abc",
    written=True,
    articles=2,
    paragraphs=4,
    encoded=3,
    reused=1,
    added=2,
    changed=0,
    removed=1,
    skipped=(SkippedFile("a\x1b.pdf", "not a text"),),
    notes=(Note("b.txt", "read as windows-1252"),),
    excluded=(Excluded("comment form", 2, 30), Excluded("breadcrumbs", 1, 14)),
    seconds=1.25,
)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "harvest.txt").write_text(HARVEST)
    (folder / "hotline.txt").write_text(HOTLINE)
    return folder


@pytest.fixture
def index(articles: Path, tmp_path: Path) -> Path:
    """The folder of an index of both articles, with a card of the encoder that built it."""
    folder = tmp_path / "index"
    build(articles, folder, FakeEncoder())
    encoder = folder / "encoder"
    encoder.mkdir()
    for name in (GRAPH, TOKENIZER):
        (encoder / name).write_bytes(b"fake")
    digest = hashlib.sha256(b"fake").hexdigest()
    fake = FakeEncoder()
    sizes = (fake.dimension, fake.token_dimension, fake.max_tokens)
    write_card(EncoderCard(fake.name, fake.fingerprint, *sizes, {GRAPH: digest, TOKENIZER: digest}), encoder)
    return folder


def test_the_summary_ends_with_what_the_index_holds() -> None:
    assert summary(REPORT).split("\n") == [
        "a .pdf: skipped, not a text",
        "b.txt: read as windows-1252",
        "left out of the search, in characters: comment form 30, breadcrumbs 14",
        "2 articles added, 0 changed, 1 removed",
        "2 articles, 4 paragraphs: 3 encoded, 1 kept; 1.2 s; generation 000001-abc",
    ]


def test_the_summary_of_a_cluster_tells_of_shards_that_are_still_read() -> None:
    lines = summary(replace(REPORT, shards=ShardCounts(1, 3), shards_still_read=2)).split("\n")
    assert lines[-2] == (
        "2 replaced shards still held by a reader, with all text of the generation before: "
        "run this again when it has ended"
    )


def test_the_summary_of_a_cluster_counts_what_an_update_left_as_it_was() -> None:
    report = replace(REPORT, added=0, changed=1, shards=ShardCounts(1, 3), skipped=(), notes=(), excluded=())
    assert summary(report).split("\n") == [
        "0 articles added, 1 changed, 1 removed",
        "1 article unchanged; 1 shard written, 3 kept",
        "2 articles, 4 paragraphs: 3 encoded, 1 kept; 1.2 s; generation 000001-abc",
    ]


def test_a_summary_lists_the_first_twenty_skipped_files() -> None:
    many = replace(REPORT, skipped=tuple(SkippedFile(f"{number}.pdf", "not a text") for number in range(25)))
    lines = summary(many).split("\n")
    assert lines[19:21] == ["19.pdf: skipped, not a text", "… and 5 more files skipped"]


def test_one_is_said_in_the_singular() -> None:
    one = replace(REPORT, articles=1, paragraphs=1, added=1, skipped=(), notes=(), excluded=())
    assert summary(one).split("\n") == [
        "1 article added, 0 changed, 1 removed",
        "1 article, 1 paragraph: 3 encoded, 1 kept; 1.2 s; generation 000001-abc",
    ]
    skipped = tuple(SkippedFile(f"{number}.pdf", "not a text") for number in range(21))
    assert "… and 1 more file skipped" in summary(replace(REPORT, skipped=skipped))


def test_a_build_that_changed_nothing_says_so() -> None:
    unchanged = replace(REPORT, written=False, added=0, removed=0, skipped=(), notes=(), excluded=())
    assert summary(unchanged).endswith("1 kept; 1.2 s; generation 000001-abc, nothing had changed")
    assert "added" not in summary(unchanged)


def test_progress_is_shown_at_a_terminal_and_leaves_the_summary(articles: Path, encoder_folder: Path) -> None:
    index = articles.parent / "real"
    index.mkdir()
    (index / "encoder").symlink_to(encoder_folder)
    ended = AtTerminal("index", columns=60, QA_ARTICLES=articles, QA_INDEX=index).end()
    assert ended.code == 0
    assert "encode: " in ended.out
    assert "paragraphs/s]" in ended.out
    last = ended.out.rsplit("\r", 1)[-1].split("\n")
    assert last[-3].startswith("2 articles, 4 paragraphs: 4 encoded, 0 kept; ")
    assert last[-2].startswith("generation 000001-")


def test_a_dumb_terminal_gets_no_animation(articles: Path, encoder_folder: Path) -> None:
    index = articles.parent / "real"
    index.mkdir()
    (index / "encoder").symlink_to(encoder_folder)
    ended = AtTerminal("index", QA_ARTICLES=articles, QA_INDEX=index, TERM="dumb").end()
    assert ended.code == 0
    assert "\r" not in ended.out
    assert ended.out.startswith("2 articles added, ")


def test_a_whole_index_is_said_to_be_whole(index: Path) -> None:
    ran = run_here("check", "--index", str(index))
    assert (ran.code, ran.err) == (0, "")
    name = open_snapshot(index, None).info.generation
    assert ran.out == f"The index is whole: generation {name}, 2 articles, 4 paragraphs, model fake.\n"


def test_a_flipped_bit_in_any_file_is_found(index: Path) -> None:
    opened = open_snapshot(index, None)
    files = [*(opened.folder.path / name for name in opened.manifest.files), opened.folder.path / "manifest.json"]
    files += [*(index / "blocks").iterdir(), index / "encoder" / GRAPH]
    assert len(files) > 8
    for path in files:
        content = path.read_bytes()
        if not content:
            continue
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        ran = run_here("check", "--index", str(index))
        assert (ran.code, ran.out) == (3, "")
        assert ran.err.startswith(f"qa: {path} is not what ")
        path.write_bytes(content)
    assert run_here("check", "--index", str(index)).code == 0


def test_a_flipped_bit_in_any_file_of_the_kept_generation_is_found(articles: Path, index: Path) -> None:
    [kept] = (index / "generations").iterdir()
    (articles / "orchard.txt").write_text("An orchard keeper counted forty crooked apple trees that autumn.\n")
    newest = build(articles, index, FakeEncoder()).generation
    files = sorted(path for path in kept.rglob("*") if path.is_file())
    assert {"manifest.json", "text.sqlite", "dense.faiss", "rows.bin", "meta.json"} <= {path.name for path in files}
    for path in files:
        content = path.read_bytes()
        for at in {0, len(content) // 2, len(content) - 1} if content else ():
            path.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
            ran = run_here("check", "--index", str(index))
            assert (ran.code, ran.out) == (3, "")
            assert ran.err.startswith(f"qa: {path} is not what ")
        path.write_bytes(content)
    ran = run_here("check", "--index", str(index))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"The index is whole: generation {newest}, 3 articles, 5 paragraphs, model fake. "
        f"Generation {kept.name}, kept from before, is whole too.\n"
    )


def test_a_missing_kept_generation_is_damage(articles: Path, index: Path) -> None:
    [kept] = (index / "generations").iterdir()
    (articles / "orchard.txt").write_text("An orchard keeper counted forty crooked apple trees that autumn.\n")
    build(articles, index, FakeEncoder())
    (kept / "manifest.json").unlink()
    ran = run_here("check", "--index", str(index))
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == f"qa: {kept / 'manifest.json'} is missing. Build it again with: qa index --rebuild\n"


def test_a_missing_index_is_no_whole_one(tmp_path: Path) -> None:
    ran = run_here("check", "--index", str(tmp_path / "none"))
    assert (ran.code, ran.err) == (3, f"qa: No index in {tmp_path / 'none'}. Build one with: qa index\n")


def test_the_encoder_of_another_model_is_named(index: Path) -> None:
    card = read_card(index / "encoder")
    write_card(msgspec.structs.replace(card, name="other", fingerprint="f" * 64), index / "encoder")
    ran = run_here("check", "--index", str(index))
    assert ran.code == 3
    assert f"was built by fake (fake-64-256), the encoder there is other ({'f' * 16})." in ran.err


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE texts SET text = 'x' || text WHERE number = 0", "harvest: the text is not the one of its SHA-256"),
        ("UPDATE paragraphs SET text = 'other' WHERE number = 0", "harvest: 0 to 14 is not the text of row 0"),
        ("UPDATE paragraphs SET end = 9999 WHERE number = 1", "harvest: 16 to 9999 is out of order or out of the text"),
        ("UPDATE paragraphs SET start = 3 WHERE number = 1", "harvest: 3 to 97 is out of order"),
        ("UPDATE paragraphs SET start = 30 WHERE number = 1", "harvest: a sentence lies outside of its paragraph, 30"),
        (
            "INSERT INTO articles SELECT 2, 'new', source, title, date, sha256, boilerplate, details, first, 0"
            " FROM articles WHERE number = 1",
            "3 articles in the text store, the manifest says 2",
        ),
    ],
)
def test_parts_that_disagree_are_named(statement: str, found: str, index: Path) -> None:
    opened = open_snapshot(index, None)
    path = opened.folder.path / "text.sqlite"
    with sqlite3.connect(path) as database:
        database.execute(statement)
    if "INSERT" in statement:
        with sqlite3.connect(path) as database:
            database.execute("INSERT INTO texts SELECT 2, text FROM texts WHERE number = 1")
    database.close()
    opened.text.close()
    assert [fault for fault in faults(opened, lambda *_: None) if fault.startswith(found)]


def citation(quote: str, article_id: str = "hotline", **fields: object) -> dict[str, object]:
    start = HOTLINE.find(quote)
    return {"marker": 1, "article_id": article_id, "quote": quote, "start": start, "end": start + len(quote), **fields}


UNCHANGED = citation("The hotline is called Go by the Forest.")
MOVED = citation("It helps soldiers who refuse to fight.", marker=2, start=3, end=41)
EDITED = citation("The hotline was called Go by the Forest.", marker=3, start=24, end=64)
GONE = citation("Nobody ever said anything like this here.", marker=4, start=0, end=41)
ELSEWHERE = citation("Go by the Forest", "away", marker=5, start=0, end=16)


def test_verify_says_what_became_of_each_citation(index: Path, tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_text(json.dumps({"citations": [UNCHANGED, MOVED, EDITED, GONE, ELSEWHERE]}))
    ran = run_here("verify", "--index", str(index), str(tmp_path / "answer.json"))
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.split("\n") == [
        "[1] unchanged hotline.txt:3",
        "    “The hotline is called Go by the Forest.”",
        "[2] moved     hotline.txt:3",
        "    “It helps soldiers who refuse to fight.”",
        "[3] edited    hotline.txt:3",
        "    “The hotline was called Go by the Forest.”",
        "    now “The hotline is called Go by the Forest.”",
        "[4] gone      hotline.txt",
        "    “Nobody ever said anything like this here.”",
        "[5] gone      away: no such article",
        "    “Go by the Forest”",
        "",
    ]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"citations": [UNCHANGED, MOVED]}),
        json.dumps({"id": "c", "turns": [{"turn": 1, "answer": {"citations": [UNCHANGED, MOVED]}}]}, indent=2),
        f"{json.dumps({'citations': [UNCHANGED]})}\n\n{json.dumps({'id': 1, 'error': 'x'})}\n"
        f"{json.dumps({'citations': [MOVED]})}\n",
    ],
    ids=["answer", "conversation", "lines"],
)
def test_verify_reads_answers_lines_and_conversations(content: str, index: Path) -> None:
    ran = run_here("verify", "--json", "--index", str(index), "-", stdin=content.encode())
    assert (ran.code, ran.err) == (0, "")
    assert [(check["marker"], check["status"], check["start"]) for check in json.loads(ran.out)] == [
        (1, "unchanged", 24),
        (2, "moved", 64),
    ]


def test_an_answer_without_citations_has_nothing_to_check(index: Path) -> None:
    ran = run_here("verify", "--index", str(index), "-", stdin=b'{"citations": []}')
    assert (ran.code, ran.out) == (0, "No citations to check.\n")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"nonsense", "JSON is malformed"),
        (b"\n", "it is empty"),
        (b"{}", "neither `citations` nor `turns`"),
        (b'{"citations": [{"article_id": "a"}]}', "Object missing required field `quote`"),
    ],
)
def test_a_file_that_holds_no_answer_is_refused(content: bytes, why: str, index: Path) -> None:
    ran = run_here("verify", "--index", str(index), "-", stdin=content)
    assert ran.code == 2
    assert ran.err.startswith("qa: - holds no Answer as JSON (")
    assert why in ran.err


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    ran = run_here("verify", str(tmp_path / "none.json"))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"qa: Cannot read {tmp_path / 'none.json'}: No such file or directory. Name a file with an Answer as JSON.\n"
    )


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders of articles that builds were asked for; none of them is read."""
    folders: list[Path] = []

    def build_index(settings: Settings, **_: object) -> BuildReport:
        folders.append(settings.articles)
        return REPORT

    monkeypatch.setattr("qa.factory.build_index", build_index)
    return folders


def test_an_interrupted_build_says_that_the_index_is_as_it_was(
    articles: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build_index(settings: Settings, **_: object) -> BuildReport:
        raise KeyboardInterrupt

    monkeypatch.setattr("qa.factory.build_index", build_index)
    ran = run_here("index", "--index", str(index))
    assert ran.code == 130
    assert ran.err.strip() == "qa: Stopped. The index is as it was."


@pytest.mark.parametrize("words", [[], ["--rebuild"]], ids=str)
def test_without_a_folder_the_one_of_the_index_is_read(
    words: list[str], articles: Path, index: Path, built: list[Path]
) -> None:
    assert run_here("index", *words, "--index", str(index)).code == 0
    assert built == [articles]


def test_a_rebuild_reads_the_folder_of_the_index_although_a_variable_names_another_one(
    articles: Path, index: Path, built: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    monkeypatch.setenv("QA_ARTICLES", str(other))
    ran = run_here("index", "--rebuild", "--index", str(index))
    assert (ran.code, built) == (0, [articles])
    assert ran.err.startswith(f"qa: Reading {articles}, the folder of the index, not {other}.\n")
    assert run_here("index", "--rebuild", "--replace", "--index", str(index)).code == 0
    assert run_here("index", "--rebuild", str(other), "--index", str(index)).code == 0
    assert built == [articles, other, other]


@pytest.mark.parametrize("command", [["index"], ["ask", "Who left?"]])
def test_an_index_folder_whose_name_is_no_utf8_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(HARVEST, encoding="utf-8")
    monkeypatch.setenv("QA_ARTICLES", str(tmp_path / "articles"))
    monkeypatch.setenv("QA_INDEX", f"{tmp_path}/r\udce9sum\udce9")
    ran = run_here(*command)
    assert ran.code == 3
    assert ran.err.endswith("r\\udce9sum\\udce9': the name is no UTF-8. Choose another folder with QA_INDEX.\n")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--cluster", "127.0.0.1:1", "--watch"], "A cluster builds one index once"),
        (["--shards", "3"], "--shards and --store are of the index of a cluster"),
        (["--store", "/mnt/index"], "--shards and --store are of the index of a cluster"),
    ],
)
def test_index_refuses_options_that_do_not_go_together(options: list[str], message: str, tmp_path: Path) -> None:
    ran = run_here("index", *options, str(tmp_path))
    assert ran.code == 2
    assert message in ran.err


def test_articles_in_a_store_need_a_cluster() -> None:
    ran = run_here("index", "s3://bucket/articles")
    assert ran.code == 2
    assert "Articles in a store are indexed by a cluster: name it with --cluster." in ran.err


def test_index_names_the_address_where_no_cluster_is(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    (tmp_path / "hotline.txt").write_text(HOTLINE, "utf-8")
    ran = run_here("index", "--cluster", "127.0.0.1:1", "--index", str(tmp_path / "index"), str(tmp_path))
    assert ran.code == 2
    assert "'127.0.0.1:1' is no cluster of Ray" in ran.err
    assert "that can be joined" in ran.err
