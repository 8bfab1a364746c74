"""``qa serve`` as whoever starts and stops it sees it."""

import json
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.cli.runs import PATIENCE, PROGRAM, environment, run_here, run_program
from tests.web.fakes import FakeEngine

LONG_ENOUGH = "0123456789abcdefghijkl"


def test_the_address_is_printed_when_it_can_be_asked_and_sigterm_ends_with_0(seeds_index: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "serve", "--port", "0", "--index", str(seeds_index)], stdout=-1, stderr=-1, env=environment()
    ) as program:
        assert program.stderr is not None
        assert program.stdout is not None
        said = program.stderr.readline().decode().split()
        assert (said[0], said[2:]) == ("Serving", ["(Ctrl-C", "stops)"])
        with urllib.request.urlopen(f"{said[1]}/healthz", timeout=PATIENCE) as response:
            assert json.load(response) == {"status": "ok"}
        program.send_signal(signal.SIGTERM)
        assert program.wait(PATIENCE) == 0
        assert program.stdout.read() == b""


def test_sigterm_ends_the_tools_over_http_with_0(seeds_index: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "mcp", "--http", "--port", "0", "--index", str(seeds_index)], stderr=-1, env=environment()
    ) as program:
        assert program.stderr is not None
        assert program.stderr.readline().decode().startswith("Serving http://127.0.0.1:")
        program.send_signal(signal.SIGTERM)
        assert program.wait(PATIENCE) == 0


def test_it_says_where_text_goes_that_leaves_the_machine(seeds_index: Path) -> None:
    writer = {"QA_WRITER": "https://writer.example/v1", "QA_WRITER_MODEL": "large"}
    with subprocess.Popen(
        [*PROGRAM, "serve", "--port", "0", "--index", str(seeds_index)], stderr=-1, env=environment(**writer)
    ) as program:
        assert program.stderr is not None
        said = "large at writer.example writes: each question that asks for a text is sent there with its quotations."
        assert program.stderr.readline().decode() == f"qa: {said}\n"
        assert program.stderr.readline().decode().startswith("Serving")
        program.send_signal(signal.SIGTERM)
        assert program.wait(PATIENCE) == 0


def test_a_port_in_use_is_said_in_one_line(seeds_index: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run_program("serve", "--port", str(port), QA_INDEX=seeds_index)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"qa: Port {port} on 127.0.0.1 is in use. Stop what runs there, or choose another with --port.\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--host", "192.0.2.7"],
            "qa: Serving on 192.0.2.7 lets everyone who can reach this machine ask. Set QA_TOKEN",
        ),
        (["--token", "short"], "qa: QA_TOKEN has 5 characters: it has to have 22 or more"),
        (["--token", ""], "Error: Invalid value for '--token': it is empty."),
        (["--host", " "], "Error: Invalid value for '--host': it is empty."),
        (["--port", "70000"], "Error: Invalid value for '--port': 70000 is not in the range 0<=x<=65535."),
    ],
)
def test_an_exposed_or_impossible_address_is_refused_before_anything_is_built(
    words: list[str], said: str, tmp_path: Path
) -> None:
    ran = run_here("serve", *words, "--index", str(tmp_path / "none"))
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("words", [["--token", LONG_ENOUGH], ["--insecure"]], ids=str)
def test_a_token_or_ones_word_allows_other_machines(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    served, engine = [], FakeEngine()
    monkeypatch.setattr("qa.factory.engines.open_engine", lambda *_, **__: engine)
    monkeypatch.setattr("web.create_app", lambda settings, **_: settings)
    monkeypatch.setattr("web.serving.server.serve", lambda app, *where, **_: served.append((app.token, *where)))
    ran = run_here("serve", "--host", "192.0.2.7", "--port", "1", "--threads", "3", *words)
    assert (ran.code, ran.err) == (0, "")
    assert served == [(LONG_ENOUGH if words[0] == "--token" else "", "192.0.2.7", 1, 3)]
    assert engine.closed


def test_config_shows_each_value_and_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_PORT", "9000")
    monkeypatch.setenv("QA_TOKEN", LONG_ENOUGH)
    monkeypatch.setenv("QA_ARTICLES", "a\x1b[31m")
    ran = run_here("config", "show")
    assert (ran.code, ran.err) == (0, "")
    rows = [line.split("  ") for line in ran.out.splitlines()]
    shown = {row[0].strip(): [cell.strip() for cell in row[1:] if cell.strip()][:2] for row in rows}
    assert shown["QA_PORT"] == ["9000", "QA_PORT"]
    assert shown["QA_HOST"] == ["127.0.0.1", "default"]
    assert shown["QA_TOKEN"] == ["(hidden)", "QA_TOKEN"]
    assert shown["QA_ARTICLES"] == ["a [31m", "QA_ARTICLES"]
    assert LONG_ENOUGH not in ran.out


def test_config_as_json_has_values_of_their_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_TRUSTED_HOSTS", "a.example, b.example")
    monkeypatch.setenv("QA_TOKEN", LONG_ENOUGH)
    settings = {one["variable"]: one for one in json.loads(run_here("config", "show", "--json").out)}
    assert settings["QA_PORT"]["value"] == 8000
    assert settings["QA_KEEP"]["value"] is True
    assert settings["QA_TRUSTED_HOSTS"] == {
        "variable": "QA_TRUSTED_HOSTS",
        "value": ["a.example", "b.example"],
        "origin": "QA_TRUSTED_HOSTS",
        "meaning": "host names to answer to besides the loopback ones",
    }
    assert settings["QA_TOKEN"]["value"] == "(hidden)"
