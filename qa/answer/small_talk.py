"""Greetings, thanks and questions about the program, which no article answers."""

from __future__ import annotations

import re

GREETING = r"(?:hello|hi|hey|hiya|greetings|good (?:morning|afternoon|evening|day))(?: there| all)?"
THANKS = (
    r"(?:thanks?|thank you|thx|cheers|ok(?:ay)?|great|nice|cool|perfect|bye|goodbye|see you)"
    r"(?: (?:you|a lot|so much|very much|again))?"
)
SELF = (
    r"(?:who|what) are you|what(?:['’]s| is) your name|what can you do|how are you(?: doing)?(?: today)?"
    r"|are you (?:an? )?(?:bot|robot|ai|human|real|chatgpt)|can you help(?: me)?|help|test(?:ing)?"
)
CHITCHAT = re.compile(rf"(?:(?:{GREETING}|{THANKS}|{SELF})\W*)+", re.IGNORECASE)


def is_chitchat(question: str) -> bool:
    """Return whether a question is nothing but small talk.

    >>> is_chitchat("Hello, who are you?"), is_chitchat("thanks!"), is_chitchat("Who are you fighting for?")
    (True, True, False)
    """
    return CHITCHAT.fullmatch(question.strip()) is not None
