from pathlib import Path

import pytest

from qa.errors import BadSetting
from qa.settings import Settings, read_settings, variables


def test_defaults_are_the_seeds_and_the_loopback() -> None:
    settings = read_settings({})
    assert (settings.articles, settings.index, settings.host, settings.port) == (
        Path("seeds"),
        Path(".qa"),
        "127.0.0.1",
        8000,
    )


def test_a_variable_wins_over_the_default_and_an_option_over_the_variable() -> None:
    settings = read_settings({"QA_PORT": "9000", "QA_INDEX": "elsewhere"}).with_options(port=9001, host=None)
    assert (settings.port, settings.index, settings.host) == (9001, Path("elsewhere"), "127.0.0.1")
    assert settings.origins == {"port": "option --port", "index": "QA_INDEX"}


def test_an_unknown_variable_is_refused_by_name() -> None:
    with pytest.raises(BadSetting, match=r"^QA_PROT is not a setting\. Known: QA_ARTICLES"):
        read_settings({"QA_PROT": "1"})


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("QA_PORT", "70000", "a number from 0 to 65535"),
        ("QA_PORT", "٣", "a number from 0 to 65535"),
        ("QA_THREADS", "0", "a number from 1 to 256"),
        ("QA_KEEP", "perhaps", "on or off"),
        ("QA_INDEX", " ", "a folder"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(name: str, value: str, wanted: str) -> None:
    with pytest.raises(BadSetting, match=rf"^{name} '{value}' has to be {wanted}\.$"):
        read_settings({name: value})


def test_a_token_is_never_shown() -> None:
    with pytest.raises(BadSetting, match=r"^QA_TOKEN has to be not empty\.$"):
        read_settings({"QA_TOKEN": " "})


def test_every_setting_has_its_variable() -> None:
    assert set(variables()) == {f"QA_{name.upper()}" for name in Settings.__dataclass_fields__ if name != "origins"}
