"""What every posted form holds: the token against forgery, and the key by which it is taken once; for all templates."""

from __future__ import annotations

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.safestring import SafeString, mark_safe

from concerted.interfaces.pages.once import once_field

register = template.Library()


class PostedFormNode(CsrfTokenNode):
    """Django's token, and beside it for a signed-in officer a new key."""

    def render(self, context: Context) -> SafeString:
        """The hidden fields."""
        token = mark_safe(super().render(context))
        officer = getattr(context.get("request"), "officer", None)
        return token + once_field() if token and officer is not None else token


@register.tag
def csrf_token(parser: Parser, token: Token) -> PostedFormNode:
    """In the place of Django's own tag, so that no form is without the key."""
    return PostedFormNode()
