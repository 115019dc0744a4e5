"""Texts in English that carry their Simplified Chinese with them, for a library that knows no framework."""

from __future__ import annotations


class Said(str):
    """An English text with the same in Simplified Chinese as `zh`; it is used wherever a str is."""

    __slots__ = ("zh",)

    zh: str

    def __new__(cls, english: str, chinese: str) -> Said:
        said = super().__new__(cls, english)
        said.zh = chinese
        return said

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """Both texts, so that a copy or a message to another process keeps them."""
        return str(self), self.zh

    def format(self, *values: object, **named: object) -> Said:
        """Both texts with the values filled in, each in its own language where it has one."""
        chinese = [_chinese(value) for value in values]
        return Said(
            super().format(*values, **named),
            self.zh.format(*chinese, **{name: _chinese(value) for name, value in named.items()}),
        )


def _chinese(value: object) -> object:
    return value.zh if isinstance(value, Said) else value
