"""The Python API: ``import verify``."""

import json
import subprocess
import sys

import pytest

import verify

HEAVY = ("av", "cv2", "faiss", "lxml", "numpy", "rich", "scipy", "streamlit", "trafilatura")


@pytest.mark.parametrize("name", verify.__all__)
def test_public_name_resolves_to_what_bears_it(name: str) -> None:
    """Every name that is offered can be used."""
    assert getattr(verify, name).__name__ == name


def test_unknown_name_is_an_attribute_error() -> None:
    """``hasattr`` and ``from verify import x`` behave as everywhere."""
    assert not hasattr(verify, "no_such_name")


def test_public_names_are_listed_once_in_order_and_shown_by_dir() -> None:
    """Completion offers what the package offers."""
    assert verify.__all__ == sorted(set(verify.__all__), key=lambda name: (name[0].islower(), name))
    assert set(verify.__all__) <= set(dir(verify))


@pytest.mark.parametrize(
    "code",
    [
        "import verify; dir(verify)",
        "import verify.cli.main as main; main.build_parser()",
        "import verify.cli.main as main\ntry: main.main(['--help'])\nexcept SystemExit: pass",
        "import verify.cli.main as main\ntry: main.main(['case', 'new', '--help'])\nexcept SystemExit: pass",
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code: str) -> None:
    """Help is there at once: no decoder, no numbers, no screen is imported for it."""
    script = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout
    loaded = json.loads(told.splitlines()[-1])
    assert "verify" in loaded
    assert not set(HEAVY) & set(loaded)
