"""How measured values are written."""

_DECIMALS = 3


def figure(value: float | None) -> float | None:
    """Give a measured value as it is printed; no minus zero."""
    return None if value is None else round(value, _DECIMALS) + 0.0
