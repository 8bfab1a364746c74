from pathlib import Path

import pytest

from qa.errors import BadSetting
from qa.settings import Settings, read_settings, variables


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, with a home of the user beside it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def test_defaults_are_the_seeds_and_the_loopback() -> None:
    settings = read_settings({})
    assert (settings.articles, settings.host, settings.port) == (Path("seeds"), "127.0.0.1", 8000)


def test_index_and_data_lie_in_the_home_of_the_user(elsewhere: Path) -> None:
    settings = read_settings({})
    home = elsewhere.parent / "share" / "qa-articles"
    assert (settings.index, settings.data) == (home / "index", home / "data")
    assert settings.origins == {"index": "default", "data": "default"}


def test_the_working_directory_is_the_home_of_a_user_who_has_none(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container that runs under a number without a name, and without HOME."""

    def unknown(_: int) -> None:
        raise KeyError

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", unknown)
    settings = read_settings({})
    assert (settings.index, settings.data) == (Path(".qa"), Path(".qa-data"))
    assert settings.origins == {"index": "working directory", "data": "working directory"}
    with pytest.raises(BadSetting, match=r"^QA_HOME '~/qa' has to be a folder without ~, as no home of this user is"):
        read_settings({"QA_HOME": "~/qa"})


def test_a_folder_qa_in_the_working_directory_wins_over_the_home_of_the_user(elsewhere: Path) -> None:
    (elsewhere / ".qa").mkdir()
    settings = read_settings({})
    assert (settings.index, settings.data) == (Path(".qa"), Path(".qa-data"))
    assert settings.origins == {"index": "working directory", "data": "working directory"}


def test_a_home_that_is_named_wins_over_the_working_directory(elsewhere: Path) -> None:
    (elsewhere / ".qa").mkdir()
    settings = read_settings({"QA_HOME": "/srv/qa"})
    assert (settings.index, settings.data) == (Path("/srv/qa/index"), Path("/srv/qa/data"))
    assert settings.origins == {"home": "QA_HOME", "index": "QA_HOME", "data": "QA_HOME"}


def test_a_variable_of_its_own_wins_over_the_home(elsewhere: Path) -> None:
    settings = read_settings({"QA_HOME": "/srv/qa", "QA_INDEX": "/fast/index"})
    assert (settings.index, settings.data) == (Path("/fast/index"), Path("/srv/qa/data"))
    assert settings.origins == {"home": "QA_HOME", "index": "QA_INDEX", "data": "QA_HOME"}


def test_a_tilde_is_the_home_folder_as_in_a_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/reporter")
    assert read_settings({"QA_HOME": "~/qa"}).index == Path("/home/reporter/qa/index")


def test_a_variable_wins_over_the_default_and_an_option_over_the_variable() -> None:
    settings = read_settings({"QA_PORT": "9000", "QA_INDEX": "elsewhere"}).with_options(port=9001, host=None)
    assert (settings.port, settings.index, settings.host) == (9001, Path("elsewhere"), "127.0.0.1")
    assert settings.origins == {"port": "option --port", "index": "QA_INDEX", "data": "default"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("QA_PROT", "QA_PORT"),
        ("QA_PORTS", "QA_PORT"),
        ("QA_ARTICLE", "QA_ARTICLES"),
        ("QA_TRUSTEDHOSTS", "QA_TRUSTED_HOSTS"),
        ("QA_INDXE", "QA_INDEX"),
        ("QA_port", "QA_PORT"),
    ],
)
def test_a_misspelt_variable_is_refused_by_name(name: str, meant: str) -> None:
    with pytest.raises(BadSetting, match=rf"^{name} is not a setting\. Did you mean {meant}\? Known: QA_ARTICLES"):
        read_settings({name: "1"})


@pytest.mark.parametrize("name", ["QA_ENV", "QA_REPORT", "QA_LOG", "QA_USERNAME", "QA_", "QA_TEST_SUITE"])
def test_a_variable_of_another_program_is_ignored_with_a_warning(name: str) -> None:
    settings = read_settings({name: "1", "QA_PORT": "9000"})
    assert settings.port == 9000
    [warning] = settings.warnings
    assert warning.startswith(f"{name} is not a setting and is ignored. Known: QA_ARTICLES, QA_HOME, QA_INDEX, ")


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
    with pytest.raises(BadSetting, match=r"^QA_TOKEN has to be text that is not blank\.$"):
        read_settings({"QA_TOKEN": " "})


def test_every_setting_has_its_variable() -> None:
    kept = Settings.__dataclass_fields__.keys() - {"collection", "origins", "warnings"}
    assert set(variables()) == {f"QA_{name.upper()}" for name in kept}
