"""Words of a 时限 field that name no day: 长期坚持, 立行立改, 已完成."""

import re

from tracker.documents.deadlines.context import Sentence
from tracker.documents.deadlines.reading import Deadline, Mention
from tracker.documents.deadlines.vocabulary import KEEP

_BEGIN = r"(?:^|(?<=[\s，。；：、（并且及和后需须要应]))"
_BEGIN_DONE = r"(?:^|(?<=[\s，。；：、（年月日底前]))"
_END = r"(?=$|[\s，。；、）]|并|且)"
_AT_ONCE = (
    "立行立改|立查立改|立整立改|即知即改|即行即改|即查即改|立知立改|边查边改|边学边改"
    "|(?:立即|即刻|马上|立刻|即时(?=整改|办理))"
    "(?:整改|办理|落实|完成|执行|开展|推进|实施|行动|报告|启动|改正|纠正|解决|到位)*"
)
_STATES = tuple(
    (re.compile(begin + pattern + _END), deadline)
    for begin, pattern, deadline in (
        (
            _BEGIN_DONE,
            "(?:目前)?[均都]?已经?(?:于[^，。；]{1,12})?(?:全部|基本)?(?:完成|办结|整改|落实|销号|解决)"
            "(?:整改|到位|销号|完成|任务)*",
            Deadline(done=True),
        ),
        (_BEGIN, "完成整改并?已?销号", Deadline(done=True)),
        (_BEGIN, f"(?:{_AT_ONCE})(?:到位)?", Deadline(immediate=True)),
        (
            _BEGIN,
            f"(?:长期|持续|常态化|常态长效|常态|常年|长效|一直|始终|坚持长期|坚持)(?:{KEEP})*",
            Deadline(open_ended=True),
        ),
    )
)


def read(sentence: Sentence) -> None:
    """Claim the words of state of a field."""
    for pattern, state in _STATES if sentence.field else ():
        for found in pattern.finditer(sentence.text):
            if sentence.is_free(*found.span()):
                sentence.claim(*found.span(), Mention(*found.span(), state))
