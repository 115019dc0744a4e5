"""Gives every page the shell's own links and settings; it looks up no officer and no data."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, get_language_info

# what the shell links to -> the address names tried in turn
LINKS = {
    "home": ("home:home", "home:monday", "home"),
    "search": ("home:search", "search"),
    "language": ("set_language",),
    "switch": ("home:switch_appointment", "agencies:switch_appointment", "switch_appointment"),
    "sign_in": ("account_login",),
    "sign_out": ("account_logout",),
    "security": ("mfa_index",),
    "password": ("account_change_password",),
    "public": ("public:home", "public:plans", "public_home"),
    "accessibility": ("public:accessibility", "accessibility"),
}


def shell(request: HttpRequest) -> dict[str, object]:
    """Return ``shell``: the links that exist on this site, its languages and its version."""
    active = get_language() or settings.LANGUAGE_CODE
    languages = [
        {"code": code, "name": _language_name(code), "lang": _html_language(code), "current": code == active}
        for code, _name in settings.LANGUAGES
    ]
    return {"shell": {"links": _links(), "languages": languages, "version": _version()}}


def _language_name(code: str) -> str:
    return "中文" if code.startswith("zh") else get_language_info(code)["name_local"]


def _html_language(code: str) -> str:
    return "zh-Hans" if code.startswith("zh") else code


def _links() -> dict[str, str]:
    return {key: found for key, names in LINKS.items() if (found := _first(names))}


def _first(names: tuple[str, ...]) -> str:
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


@cache
def _version() -> str:
    try:
        return version("concerted")
    except PackageNotFoundError:
        return ""
