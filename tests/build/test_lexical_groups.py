"""Where the groups of articles end that share a segment of the lexical index."""

from __future__ import annotations

import hashlib

import pytest

from qa.build import lexical_groups
from qa.build.lexical_groups import group_articles
from qa.store.texts.fingerprints import ArticleHead


def article_head(number: int) -> ArticleHead:
    return ArticleHead(number, "", hashlib.sha256(str(number).encode()).hexdigest(), 10, 0, 0)


def test_groups_are_bounded_and_meet_again_after_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical_groups, "MAX_GROUP_ARTICLES", 300)
    heads = list(map(article_head, range(3000)))
    groups = [[one.number for one in group] for group in group_articles(heads)]
    assert max(map(len, groups)) == 300
    assert [number for group in groups for number in group] == list(range(3000))
    without = [[one.number for one in group] for group in group_articles(heads[:100] + heads[101:])]
    assert without[-3:] == groups[-3:]


def test_groups_are_cut_alike_whatever_stands_beside_them() -> None:
    heads = list(map(article_head, range(2000)))
    groups = [[one.number for one in group] for group in group_articles(heads)]
    assert [number for group in groups for number in group] == list(range(2000))
    assert 3 < len(groups) < 20
    without = [[one.number for one in group] for group in group_articles(heads[:700] + heads[701:])]
    assert len([group for group in without if group not in groups]) == 1


def test_group_of_long_articles_is_cut_early() -> None:
    heads = [ArticleHead(number, "", "1" * 64, 40_000_000, 0, 0) for number in range(5)]
    assert [[one.number for one in group] for group in group_articles(heads)] == [[0, 1], [2, 3], [4]]
