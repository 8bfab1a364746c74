"""What is deployed agrees: the image, the Compose file, the units and what pyproject.toml offers."""

from __future__ import annotations

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from qa.cli.command_line import qa

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "web" / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture
def services() -> dict[str, Any]:
    """The services of the Compose file."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    return found


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DEPLOY / name, encoding="utf-8")
    return parser


def test_the_image_has_the_extras_for_formats_models_and_following() -> None:
    (extras,) = re.findall(r"^ARG EXTRAS=([a-z,]+)$", DOCKERFILE, re.MULTILINE)
    assert '/opt/qa/bin/pip install ".[$EXTRAS]"' in DOCKERFILE
    assert set(extras.split(",")) == {"formats", "mcp", "watch"}
    offered = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[project.optional-dependencies]")[2]
    assert all(re.search(rf"^{extra} = ", offered, re.MULTILINE) for extra in extras.split(","))


def test_the_compose_file_builds_the_image_and_mounts_what_it_uses(services: dict[str, Any]) -> None:
    build = services["qa"]["build"]
    assert (DEPLOY / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()
    (volumes,) = re.findall(r"^VOLUME \[(.*)\]$", DOCKERFILE, re.MULTILINE)
    used = {*re.findall(r'"([^"]+)"', volumes), *re.findall(r"QA_ARTICLES=(\S+)", DOCKERFILE)}
    for service in services.values():
        places = {volume.rsplit(":ro", 1)[0].rpartition(":")[2] for volume in service["volumes"]}
        assert places == used
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]


def test_the_compose_file_serves_this_machine_alone_and_asks_for_a_token(services: dict[str, Any]) -> None:
    assert services["qa"]["ports"] == ["127.0.0.1:8000:8000"]
    assert services["qa"]["environment"]["QA_TOKEN"].startswith("${QA_TOKEN:?")


def test_the_commands_of_the_compose_file_exist(services: dict[str, Any]) -> None:
    name, option = services["qa"]["command"]
    assert option in {one for parameter in qa.commands[name].params for one in parameter.opts}


def test_the_path_unit_follows_the_folder_that_its_service_reads() -> None:
    path = unit("qa-index.path")["Path"]
    assert (DEPLOY / path["Unit"]).is_file()
    service = (DEPLOY / path["Unit"]).read_text(encoding="utf-8")
    assert f"QA_ARTICLES={path['PathChanged']} " in service
