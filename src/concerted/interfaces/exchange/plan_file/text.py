"""Plan files as YAML in one canonical form; it reads no tag, no alias and no key twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path as FilePath
from typing import Any

import yaml
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concerted.errors import Invalid, Problem
from concerted.interfaces.exchange.files import decoded, read_handed_in
from concerted.interfaces.exchange.plan_file.checks import check_document
from concerted.interfaces.exchange.plan_file.codec import (
    MISSING,
    UNREADABLE,
    Decoder,
    Path,
    Row,
    plain,
    written,
)
from concerted.interfaces.exchange.plan_file.document import SCHEMA, SEED_SCHEMA, PlanDocument
from concerted.interfaces.exchange.yaml_words import yaml_problem

_DEEPEST = 40
_WORD_KEYS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:bool")


def load_yaml(path_or_bytes: FilePath | str | bytes, filename: str = "") -> PlanDocument:
    """Return the plan document in a YAML file of schema concerted/plan/1 or concerted/plan-seed/1.

    Raises Invalid with every fault found: line in the file (row), field, what, remedy. Nothing unknown
    is dropped.
    """
    name = filename or ("" if isinstance(path_or_bytes, bytes) else str(path_or_bytes))
    text, _encoding = decoded(read_handed_in(path_or_bytes, name), name)
    tree, line_of, unreadable = _tree(text, name)
    return document_from(tree, line_of, name, before=unreadable)


def document_from(tree: Any, row: Row, filename: str, before: Iterable[Problem] = ()) -> PlanDocument:
    """Return the plan document that plain data hold; raise Invalid with every fault found.

    before: faults that were found when the file was taken apart; UNREADABLE stands in their places.
    """
    decoder = Decoder(row)
    decoder.problems.extend(before)
    if not isinstance(tree, dict):
        decoder.fault((), _("The file holds no plan."), _("Begin it with schema: and plan:."))
        tree = {}
    elif tree.get("schema") not in (SCHEMA, SEED_SCHEMA, UNREADABLE):
        decoder.fault(
            ("schema",),
            format_lazy(_("The schema {found} is not known."), found=repr(tree.get("schema"))[:100]),
            format_lazy(_("Write schema: {schema}."), schema=SCHEMA),
        )
    facts = {key: value for key, value in tree.items() if key != "schema"}
    if tree.get("schema") == SEED_SCHEMA and isinstance(facts.get("not_read"), list):
        facts["not_read"] = [_sentence(each) for each in facts["not_read"]]
    document = decoder.read(PlanDocument, facts, ())
    if document is not MISSING and not decoder.has_left_out:
        check_document(document, decoder)
    if decoder.problems:
        raise Invalid(
            _("The plan file has faults; nothing was taken from it."),
            problems=decoder.problems,
            where=filename,
            remedy=_("Correct each of them and hand the file in again."),
        )
    assert isinstance(document, PlanDocument)
    return document


def _sentence(entry: Any) -> Any:
    """Return a seed file's unquoted sentence with a colon, which YAML takes for a mapping, as the
    sentence it is."""
    if isinstance(entry, dict) and all(isinstance(part, str) for pair in entry.items() for part in pair):
        return "; ".join(f"{key}: {value}" for key, value in entry.items())
    return entry


def dump_yaml(document: PlanDocument) -> str:
    """Return the document as canonical YAML: fields in the order of the schema, those at their default
    left out.

    Raises Invalid when the document holds what a plan file may not (it would not read back the same).
    """
    checked = document_from({"schema": SCHEMA, **plain(document)}, lambda _path: None, "")
    if checked != document:
        raise Invalid(
            _("The document holds a value that would not read back the same."),
            remedy=_("Use NOT_READ for what was not read, and None for what is absent."),
        )
    tree = {"schema": SCHEMA, **plain(document)}
    return yaml.dump(
        tree, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100, default_flow_style=False
    )


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_number(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = format(value, "f") if abs(value.adjusted()) < 40 else str(value)
    if "." not in text and "E" not in text:
        return dumper.represent_scalar("tag:yaml.org,2002:int", text)
    return dumper.represent_scalar("tag:yaml.org,2002:float", text)


_Dumper.add_representer(Decimal, _represent_number)


def _tree(text: str, filename: str) -> tuple[Any, Row, list[Problem]]:
    """Return the plain data of a YAML text, a function from the path of a field to its line, and what could not be
    read of it."""
    lines: dict[Path, int] = {}
    found = _Plain(lines)
    try:
        node = _Loader(text).get_single_node()
        tree = found.value(node, ()) if node is not None else None
    except yaml.YAMLError as failure:
        problem = yaml_problem(failure, text)
        raise Invalid(
            _("The file is not sound YAML; nothing was taken from it."),
            problems=[problem],
            where=filename,
            remedy=problem.remedy,
        ) from failure
    except RecursionError as failure:
        raise Invalid(_("The file is nested too deeply."), where=filename) from failure

    def line_of(path: Path) -> int | None:
        while path and path not in lines:
            path = path[:-1]
        return lines.get(path)

    return tree, line_of, found.problems


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.get_mark()
            raise yaml.composer.ComposerError(
                None, None, str(_("aliases (*) are not used in plan files")), mark
            )
        return super().compose_node(parent, index)


class _Plain:
    """Builds plain data from YAML nodes, noting the line of every field; what cannot be read is a fault of its own,
    so that the rest of the file is looked through as well."""

    def __init__(self, lines: dict[Path, int]) -> None:
        self.problems: list[Problem] = []
        self._lines = lines

    def value(self, node: yaml.Node, path: Path) -> Any:
        self._lines.setdefault(path, node.start_mark.line + 1)
        if len(path) > _DEEPEST:
            raise yaml.constructor.ConstructorError(None, None, str(_("nested too deeply")), node.start_mark)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(each, (*path, at)) for at, each in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[Any, Any]:
        read: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(key_node, path, _("A key must be a text."), _("Write it as key: value lines."))
                continue
            # YAML 1.1 takes the key "on" for a truth value; a key of a plan file is always a word.
            key = key_node.value if key_node.tag in _WORD_KEYS else self._scalar(key_node, path)
            if key is UNREADABLE:
                continue
            if key in read:
                what = format_lazy(_("The key {key} stands here twice."), key=key)
                self._fault(key_node, (*path, str(key)), what, _("Remove one of the two."))
                continue
            read[key] = self.value(value_node, (*path, str(key)))
        return read

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        build = _BUILDERS.get(node.tag)
        if build is None:
            what = format_lazy(_("The tag {tag} is not used in plan files."), tag=str(node.tag)[:60])
            return self._fault(node, path, what, _("Remove it."))
        try:
            return build(node.value)
        except (ValueError, InvalidOperation):
            what, remedy = _UNREADABLE.get(node.tag, _UNREADABLE_NUMBER)
            return self._fault(node, path, format_lazy(what, text=str(node.value)[:60]), remedy)

    def _fault(self, node: yaml.Node, path: Path, what: object, remedy: object) -> Any:
        row = node.start_mark.line + 1
        self.problems.append(Problem(what, field=written(path), row=row, remedy=remedy))
        return UNREADABLE


def _whole(text: str) -> int:
    if (
        len(text) > 60
        or not text.lstrip("+-").isdecimal()
        or (text.lstrip("+-")[:1] == "0" and len(text.lstrip("+-")) > 1)
    ):
        raise ValueError(text)
    return int(text)


def _fraction(text: str) -> Decimal:
    if len(text) > 60:
        raise ValueError(text)
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


_BUILDERS: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:null": lambda _text: None,
    "tag:yaml.org,2002:bool": lambda text: text.lower() in ("true", "yes", "on"),
    "tag:yaml.org,2002:int": _whole,
    "tag:yaml.org,2002:float": _fraction,
    "tag:yaml.org,2002:timestamp": date.fromisoformat,
}
_UNREADABLE_NUMBER = (
    _("“{text}” is no number that can be read."),
    _("Write digits with a point for fractions; put it in quotes if it is a text."),
)
_UNREADABLE = {
    "tag:yaml.org,2002:timestamp": (
        _("“{text}” is no day of the calendar."),
        _("Write it as 2008-12-31, without quotes; put it in quotes if it is a text."),
    ),
}
