"""A referral to somebody outside the system as one sealed file; the code that opens it travels another way."""

from .contents import PackageContents, Part, contents_as_files
from .seal import CODE_LETTERS, SealedPackage, new_code, open_package, seal

__all__ = [
    "CODE_LETTERS",
    "PackageContents",
    "Part",
    "SealedPackage",
    "contents_as_files",
    "new_code",
    "open_package",
    "seal",
]
