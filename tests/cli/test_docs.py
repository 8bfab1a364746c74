"""The reference names every command, option, chat command and setting there is, and none that there is not."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from qa.cli.chat.session import HELP
from qa.cli.command_line import qa
from qa.cli.commands.config import shown_settings
from qa.settings import Settings, variables

ROOT = Path(__file__).parents[2]
README = (ROOT / "qa" / "README.md").read_text(encoding="utf-8")
IN_HOME = {"QA_INDEX": "`index` in the home", "QA_DATA": "`data` in the home"}
# Said once for all commands.
SHARED = {"--index", "--collection"}
DEPLOY = sorted(
    path for path in (ROOT / "web" / "deploy").rglob("*") if path.is_file() and path.suffix != ".dockerignore"
)


def section(name: str) -> str:
    """Return what the reference says of one command."""
    found = re.search(rf"^### `qa {name}\b.*?(?=^##)", README, re.DOTALL | re.MULTILINE)
    assert found is not None, f"qa/README.md has no section on qa {name}"
    return found[0]


def options(group: click.Command) -> Iterator[str]:
    for parameter in group.params:
        yield from (name for name in parameter.opts if isinstance(parameter, click.Option))
    if isinstance(group, click.Group):
        for name in group.commands:
            yield from options(group.commands[name])


@pytest.mark.parametrize("name", qa.commands)
def test_every_command_and_option_is_in_the_reference(name: str) -> None:
    one = qa.commands[name]
    said = section(name)
    for option in options(one):
        assert f"`{option}" in said or option in SHARED, f"qa {name} {option} is not in qa/README.md"
    assert set(re.findall(r"`(--[a-z-]+)", said)) <= {*options(one), "--jsonl", "--collection"}


def test_the_reference_has_no_command_that_is_not_there() -> None:
    assert set(re.findall(r"^### `qa ([a-z]+)", README, re.MULTILINE)) == set(qa.commands)


def test_every_setting_is_in_the_reference_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(QA_[A-Z_]+)` \| (.+?) \|", README, re.MULTILINE))
    assert rows.keys() == variables().keys()
    for setting in shown_settings(Settings()):
        if setting.variable in IN_HOME:
            assert rows[setting.variable] == IN_HOME[setting.variable]
            continue
        value = {True: "on", False: "off"}.get(setting.value) if isinstance(setting.value, bool) else setting.value
        assert rows[setting.variable] == (f"`{value}`" if value else "none")


def test_every_command_of_the_chat_is_in_the_reference() -> None:
    assert set(re.findall(r"^\| `(/[a-z]+)", README, re.MULTILINE)) == set(
        re.findall(r"^  (/[a-z]+)", HELP, re.MULTILINE)
    )


@pytest.mark.parametrize("path", DEPLOY, ids=lambda path: path.name)
def test_what_is_deployed_uses_settings_that_exist(path: Path) -> None:
    used = set(re.findall(r"QA_[A-Z_]+", path.read_text(encoding="utf-8")))
    assert used <= variables().keys()
