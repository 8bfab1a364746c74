"""Words and their opposites."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

_PAIRS = (
    "first/last largest/smallest biggest/smallest most/least before/after more/fewer more/less highest/lowest "
    "oldest/youngest oldest/newest north/south east/west northern/southern eastern/western northeast/southwest "
    "increase/decrease increased/decreased increasing/decreasing early/late earlier/later high/low higher/lower "
    "large/small larger/smaller long/short longer/shorter longest/shortest father/mother son/daughter sons/daughters "
    "won/lost win/lose winning/losing wins/loses began/ended start/end started/stopped begin/finish earliest/latest "
    "male/female men/women man/woman boys/girls support/oppose supported/opposed supports/opposes best/worst "
    "better/worse winter/summer minimum/maximum accept/reject accepted/rejected born/buried king/queen husband/wife "
    "brother/sister rise/fall rose/fell open/close opened/closed old/new older/newer common/rare strong/weak "
    "stronger/weaker strongest/weakest good/bad positive/negative rich/poor hot/cold warm/cool warmer/colder wet/dry "
    "fast/slow faster/slower fastest/slowest heavy/light heavier/lighter hard/soft deep/shallow wide/narrow "
    "majority/minority public/private internal/external inside/outside import/export imports/exports imported/exported "
    "add/remove added/removed join/leave joined/left buy/sell bought/sold arrive/depart arrived/departed love/hate "
    "attack/defend attacked/defended allow/forbid allowed/forbidden allowed/banned create/destroy created/destroyed "
    "built/demolished success/failure successful/unsuccessful succeed/fail succeeded/failed advantage/disadvantage "
    "advantages/disadvantages benefit/harm benefits/drawbacks victory/defeat present/absent legal/illegal "
    "urban/rural domestic/foreign ancient/modern true/false simple/complex active/inactive include/exclude "
    "included/excluded gain/lose gained/lost increase/reduce improve/worsen improved/worsened appear/disappear "
    "appeared/disappeared similar/different same/different alive/dead lived/died live/die encourage/discourage "
    "encouraged/discouraged popular/unpopular likely/unlikely able/unable top/bottom front/back left/right above/below "
    "over/under upper/lower major/minor civilian/military ally/enemy allies/enemies friend/enemy teacher/student "
    "doctor/patient employer/employee winner/loser buyer/seller"
)


def _both_ways() -> dict[str, list[str]]:
    opposites = defaultdict(list)
    for pair in _PAIRS.split():
        one, other = pair.split("/")
        opposites[one].append(other)
        opposites[other].append(one)
    return dict(opposites)


OPPOSITES: Mapping[str, list[str]] = _both_ways()
