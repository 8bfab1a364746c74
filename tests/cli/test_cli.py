"""What the program promises whoever runs it: exit codes, streams, what it loads."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runs import PATIENCE, PROGRAM, AtTerminal, environment, loaded_by, run_here, run_program

HEAVY = ["torch", "transformers", "sentence_transformers", "sklearn", "matplotlib", "ir_measures"]
ENGINE = ["numpy", "faiss", "onnxruntime", "tantivy", "tokenizers", "flask"]
COMMANDS = [
    *("index", "ask", "search", "chat", "serve", "mcp", "articles", "info", "verify", "check"),
    *("eval", "config", "completion"),
]


def test_help_shows_examples_first() -> None:
    ran = run_here("--help")
    assert ran.code == 0
    assert ran.out.startswith("Usage: qa [OPTIONS] COMMAND [ARGS]...\n\n  Examples:\n    qa index ")
    for name in COMMANDS:
        assert f"\n  {name} " in ran.out


@pytest.mark.parametrize(
    ("words", "meant"), [(["aks", "Why?"], "ask"), (["config", "shw"], "show"), (["index", "--rebiuld"], "--rebuild")]
)
def test_a_mistyped_command_or_option_is_answered_with_the_one_that_was_meant(words: list[str], meant: str) -> None:
    ran = run_here(*words)
    assert ran.code == 2
    assert f"Did you mean '{meant}'" in ran.err


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in COMMANDS), ["config", "show"]], ids=str)
def test_help_loads_nothing_that_answering_needs(words: list[str]) -> None:
    assert loaded_by(words, [*HEAVY, *ENGINE]) == set()


def test_answering_loads_no_training_library_and_no_site(seeds_index: Path) -> None:
    loaded = loaded_by(["ask", "What is the hotline called?"], [*HEAVY, *ENGINE], QA_INDEX=seeds_index)
    assert loaded == {"numpy", "faiss", "onnxruntime", "tantivy", "tokenizers"}


def test_an_answer_ends_with_0_and_no_answer_with_1(seeds_index: Path) -> None:
    question = "How many criminal cases were opened against deserters in the first half of 2023?"
    answered = run_program("ask", question, QA_INDEX=seeds_index)
    assert (answered.code, answered.err) == (0, "")
    assert "2,076" in answered.out
    assert "002_1ded21506dc76ab4.txt:7" in answered.out
    assert max(map(len, answered.out.split("\n"))) > 100  # not wrapped
    refused = run_program("ask", "best pasta recipe", QA_INDEX=seeds_index)
    assert (refused.code, refused.err) == (1, "")
    assert refused.out.startswith("The articles do not answer this.")


def test_a_missing_index_ends_with_3_in_one_line(tmp_path: Path) -> None:
    ran = run_program("ask", "Why?", QA_INDEX=tmp_path / "none")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == f"qa: No index in {tmp_path / 'none'}. Build one with: qa index\n"


def test_a_damaged_index_ends_with_3_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("nonsense")
    ran = run_program("check", QA_INDEX=tmp_path)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == f"qa: {tmp_path / 'current'} is damaged. Build it again with: qa index --rebuild\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "Error: No such command 'nothing'.\n"),
        (["ask", "--quotes", "11", "Why?"], "Error: Invalid value for '--quotes': 11 is not in the range 1<=x<=10.\n"),
        (["ask", "--jsonl", "Why?"], "Error: With --jsonl the questions come from standard input: give none as arg"),
        (["ask", " "], "qa: The question is empty. Ask something in words.\n"),
    ],
)
def test_wrong_usage_ends_with_2(words: list[str], said: str) -> None:
    ran = run_here(*words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_misspelt_setting_ends_with_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_PROT", "1")
    ran = run_here("config", "show")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("qa: QA_PROT is not a setting. Did you mean QA_PORT? Known: QA_ARTICLES, ")


def test_a_variable_of_another_program_is_said_and_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_ENV", "staging")
    ran = run_here("config", "show")
    assert ran.code == 0
    assert ran.err.startswith("qa: QA_ENV is not a setting and is ignored. Known: QA_ARTICLES, ")
    assert ran.err.count("\n") == 1


def test_an_error_is_one_line_without_control_sequences() -> None:
    ran = run_here("verify", "/no\nfile\x1b[31m")
    assert ran.code == 2
    assert ran.err.startswith("qa: Cannot read /no file [31m: No such file or directory.")
    assert ran.err.count("\n") == 1
    assert "\x1b" not in ran.err


@pytest.mark.parametrize("words", [["--help"], ["ask", "--help"], ["config", "show"]], ids=str)
def test_a_closed_pipe_is_quiet(words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run([*PROGRAM, *words], stdout=pipe, stderr=-1, env=environment(), timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (0, b"")


def test_many_answers_into_a_pipe_that_closes_are_quiet(seeds_index: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "ask", "--jsonl"], stdin=-1, stdout=-1, stderr=-1, env=environment(QA_INDEX=seeds_index)
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdin.write(b'{"id": 1, "question": "What is the hotline called?"}\n' * 50)
        program.stdin.close()
        assert program.stdout.readline().startswith(b'{"id":1,')
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait(PATIENCE) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", [["--help"], ["config", "show"], ["completion", "zsh"]], ids=str)
def test_a_full_disk_is_one_line_and_2(words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*PROGRAM, *words], stdout=full, stderr=-1, env=environment(), timeout=PATIENCE)
    assert done.returncode == 2
    assert done.stderr == (
        b"qa: Cannot go on: No space left on device. Check the disk and the output, then run the command again.\n"
    )


def test_closed_streams_are_no_error() -> None:
    script = f"exec {' '.join(PROGRAM)} config show <&- >&-"
    done = subprocess.run(["sh", "-c", script], stderr=-1, env=environment(), timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (0, b"")


def test_interrupting_ends_with_130_and_no_traceback(seeds_index: Path) -> None:
    with AtTerminal("serve", "--port", "0", QA_INDEX=seeds_index) as terminal:
        terminal.wait_for(r"Serving http://127\.0\.0\.1:\d+ ")
        terminal.type("\x03")
        ended = terminal.end()
    assert ended.code == 130
    assert "Traceback" not in ended.out


def test_a_terminal_with_nothing_asked_shows_short_help() -> None:
    ended = AtTerminal("ask").end()
    assert ended.code == 2
    assert ended.out.startswith("Examples:\n  qa ask What is the hotline called?\n")
    assert ended.out.endswith("All options: qa ask --help\n")


def test_quotes_are_wrapped_and_coloured_at_a_terminal(seeds_index: Path) -> None:
    ended = AtTerminal("ask", "How many criminal cases were opened?", columns=40, QA_INDEX=seeds_index).end()
    assert ended.code == 0
    assert "\x1b[36m[1]\x1b[0m" in ended.out
    plain = [
        line.replace("\x1b[36m", "").replace("\x1b[0m", "").replace("\x1b[2m", "") for line in ended.out.split("\n")
    ]
    assert max(map(len, plain)) <= 40
    assert sum("“" in line for line in plain) >= 1


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_there_is_no_colour_where_none_is_wanted(variables: dict[str, Any], seeds_index: Path) -> None:
    ended = AtTerminal("ask", "How many criminal cases?", QA_INDEX=seeds_index, **variables).end()
    assert ended.code == 0
    assert "\x1b" not in ended.out


def test_the_shell_completes_commands_and_options() -> None:
    assert run_program(_QA_COMPLETE="bash_complete", COMP_WORDS="qa ver", COMP_CWORD="1").out == "plain,verify\n"
    assert (
        run_program(_QA_COMPLETE="bash_complete", COMP_WORDS="qa ask --sea", COMP_CWORD="2").out
        == "plain,--searched-for\n"
    )


@pytest.mark.parametrize(
    ("shell", "line"),
    [("bash", "complete -o nosort -F _qa_completion qa"), ("zsh", "#compdef qa"), ("fish", "complete --no-files")],
)
def test_completion_prints_what_the_shell_reads(shell: str, line: str) -> None:
    ran = run_here("completion", shell)
    assert ran.code == 0
    assert line in ran.out
