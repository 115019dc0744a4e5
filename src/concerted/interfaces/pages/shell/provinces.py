"""Places the 31 reporting provinces on a tile grid; it draws no boundary and holds no value."""

COLUMNS = 8
ROWS = 7

# GB/T 2260 province code -> (column, row), both from 1: neighbours stay roughly neighbours.
PLACES: dict[str, tuple[int, int]] = {
    "23": (8, 1), "65": (1, 2), "15": (6, 2), "22": (8, 2),
    "62": (2, 3), "64": (3, 3), "14": (5, 3), "13": (6, 3), "11": (7, 3), "21": (8, 3),
    "54": (1, 4), "63": (2, 4), "61": (4, 4), "41": (5, 4), "37": (6, 4), "12": (7, 4),
    "51": (3, 5), "50": (4, 5), "42": (5, 5), "34": (6, 5), "32": (7, 5), "31": (8, 5),
    "53": (2, 6), "52": (3, 6), "43": (4, 6), "36": (5, 6), "35": (6, 6), "33": (7, 6),
    "45": (3, 7), "44": (4, 7), "46": (5, 7),
}  # fmt: skip


def place_of(code: str) -> tuple[int, int] | None:
    """Return the (column, row) of a province by its 2- or 6-digit GB/T 2260 code; None without a tile."""
    return PLACES.get(str(code)[:2])


# GB/T 2260 letter codes, for tiles too narrow for a name.
LETTERS: dict[str, str] = {
    "11": "BJ", "12": "TJ", "13": "HE", "14": "SX", "15": "NM", "21": "LN", "22": "JL", "23": "HL",
    "31": "SH", "32": "JS", "33": "ZJ", "34": "AH", "35": "FJ", "36": "JX", "37": "SD", "41": "HA",
    "42": "HB", "43": "HN", "44": "GD", "45": "GX", "46": "HI", "50": "CQ", "51": "SC", "52": "GZ",
    "53": "YN", "54": "XZ", "61": "SN", "62": "GS", "63": "QH", "64": "NX", "65": "XJ",
}  # fmt: skip


# What a tile leaves away of a province's Chinese name: its rank and its nationality, longest first.
RANKS: tuple[str, ...] = ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市")


def short_name_of(name: str) -> str:
    """Return a province's Chinese name without its rank, as maps write it; any other name as it is."""
    rank = next((rank for rank in RANKS if name.endswith(rank)), "")
    return name.removesuffix(rank) or name


def letters_of(code: str) -> str:
    """Return a province's two letters, or nothing when it has none."""
    return LETTERS.get(str(code)[:2], "")
