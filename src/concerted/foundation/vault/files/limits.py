"""Refuses files built to swell: pictures of too many points, archives that unpack to too much; opens neither."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from django.utils.translation import gettext as _

from concerted.deferred import imagesize
from concerted.errors import Invalid

MOST_PIXELS = 60_000_000
LONGEST_SIDE = 20_000
MOST_MEMBERS = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 200
_SMALL = 1024 * 1024
_HEADER_BYTES = 30


def check_image(file: BinaryIO) -> tuple[int, int]:
    """Width and height in points from the picture's header. Raises Invalid where they are too many or not told."""
    try:
        width, height = imagesize.get(file)
    except (ValueError, OSError, IndexError, KeyError, OverflowError) as error:
        raise _damaged() from error
    if width <= 0 or height <= 0:
        raise _damaged()
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise Invalid(
            _("The picture has more points than can be shown safely."),
            remedy=_("Make it smaller; %(most)s million points are enough.")
            % {"most": MOST_PIXELS // 1_000_000},
            code="too_large",
        )
    return int(width), int(height)


def check_archive(archive: zipfile.ZipFile, *, packed: int) -> None:
    """Refuse by the directory alone: too many or too large members, a swelling ratio, members that overlap.

    packed: the size of the whole file, in bytes. Overlapping members (Fifield, "A better zip bomb", WOOT 2019) claim
    more packed bytes than that. Raises Invalid, also for an archive with a password.
    """
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    claimed = sum(member.compress_size + _HEADER_BYTES for member in members)
    swells = any(
        member.file_size > _SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1)
        for member in members
    )
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or claimed > packed or swells:
        raise Invalid(
            _("The file would swell when opened."),
            remedy=_("Save it anew from the program it comes from."),
            code="too_large",
        )
    if any(member.flag_bits & 1 for member in members):
        raise Invalid(
            _("The file is locked with a password."), remedy=_("Save it without one; it is encrypted here.")
        )


def _damaged() -> Invalid:
    return Invalid(_("The picture is damaged."), remedy=_("Choose another one."))
