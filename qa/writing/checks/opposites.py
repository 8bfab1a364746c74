"""Words and their opposites, which stand in the same places and have near vectors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

_PAIRS = (
    "first/last largest/smallest highest/lowest oldest/youngest newest/oldest longest/shortest best/worst "
    "earliest/latest early/late earlier/later high/low higher/lower large/small larger/smaller big/small long/short "
    "old/new older/newer good/bad better/worse strong/weak stronger/weaker fast/slow heavy/light hard/soft "
    "rich/poor hot/cold wet/dry deep/shallow wide/narrow near/far safe/dangerous easy/difficult common/rare "
    "major/minor majority/minority public/private public/secret civilian/military urban/rural domestic/foreign "
    "internal/external ancient/modern legal/illegal lawful/unlawful guilty/innocent guilty/acquitted "
    "convicted/acquitted alive/dead born/died lived/died survived/died male/female men/women man/woman boys/girls "
    "father/mother son/daughter brother/sister husband/wife king/queen north/south east/west northern/southern "
    "eastern/western inside/outside left/right top/bottom front/back upper/lower maximum/minimum increase/decrease "
    "increased/decreased increases/decreases increase/reduce increased/reduced rise/fall rose/fell risen/fallen "
    "rising/falling gain/lose gained/lost grow/shrink grew/shrank more/fewer won/lost win/lose wins/loses "
    "victory/defeat begin/end began/ended start/end started/ended started/stopped start/finish open/close "
    "opened/closed open/closed arrive/depart arrived/departed enter/leave entered/left join/leave joined/left "
    "joined/quit stay/leave stayed/left come/go buy/sell bought/sold borrow/lend import/export imports/exports "
    "add/remove added/removed accept/reject accepted/rejected accepted/refused agree/refuse agreed/refused "
    "allow/forbid allowed/forbidden allowed/banned approve/reject approved/rejected confirm/deny confirmed/denied "
    "admit/deny admitted/denied support/oppose supported/opposed supports/opposes attack/defend attacked/defended "
    "create/destroy created/destroyed built/demolished succeed/fail succeeded/failed success/failure "
    "successful/unsuccessful pass/fail passed/failed hire/fire hired/fired hired/dismissed appointed/dismissed "
    "arrested/released arrest/release captured/freed detained/freed remember/forget love/hate trust/distrust "
    "appear/disappear appeared/disappeared include/exclude included/excluded improve/worsen improved/worsened "
    "encourage/discourage likely/unlikely able/unable popular/unpopular known/unknown true/false present/absent "
    "full/empty day/night morning/evening summer/winter ally/enemy allies/enemies friend/enemy friends/enemies "
    "victim/perpetrator attacker/defender teacher/student doctor/patient employer/employee buyer/seller "
    "winner/loser advance/retreat advanced/retreated advantage/disadvantage benefit/harm cause/prevent "
    "caused/prevented protect/endanger peace/war volunteer/conscript volunteers/conscripts voluntary/compulsory "
    "obey/refuse obeyed/refused permit/prohibit permitted/prohibited same/different similar/different"
)


def _both_ways() -> Mapping[str, Sequence[str]]:
    opposites: defaultdict[str, list[str]] = defaultdict(list)
    for pair in _PAIRS.split():
        one, other = pair.split("/")
        opposites[one].append(other)
        opposites[other].append(one)
    return dict(opposites)


OPPOSITES: Mapping[str, Sequence[str]] = _both_ways()
"""For each word its opposites, both in lower case."""
