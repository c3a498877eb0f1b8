"""All hand-made subjects."""

from tests.derive.following_cases import COMPLETE, LOSS
from tests.derive.response_cases import BLEEDING, COUNTS, RESCUE

CASES = [*COUNTS, *BLEEDING, *RESCUE, *LOSS, *COMPLETE]
