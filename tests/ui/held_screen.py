"""The screen with a check of a case that lasts until a file ``release`` lies in the working folder."""

import time
from pathlib import Path

from verify.case import check
from verify.ui.main import main

RELEASE = "release"
_check_case = check.check_case


def held_check(root: Path) -> check.CaseCheck:
    """Check the case once that is allowed, as if its evidence were gigabytes."""
    while not Path(RELEASE).exists():
        time.sleep(0.05)
    return _check_case(root)


if __name__ == "__main__":
    if _check_case.__name__ != held_check.__name__:  # Streamlit runs this file anew for each change
        check.check_case = held_check
    main()
