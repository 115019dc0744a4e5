"""Reads "(A, B responsible; C, D support)" in English and Chinese; brackets that say anything else are
left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from concerted.interfaces.exchange.notation.register import Register, is_collective

LONGEST_NOTE = 800
"""Characters; a longer bracket is prose."""

_OPENING, _CLOSING = "(（[【〔［", ")）]】〕］"
_END = r"(?=\s{0,3}(?:$|[,，;；、。.)）]))"
_POSTFIX = re.compile(
    r"(?P<lead>(?:共同|分别|具体|按职责分工|按照职责分工|联合)?(?:牵头负责|牵头|负责|主责|主办|负总责|承办)(?:落实|实施|组织实施)?"
    + _END
    + r")"
    r"|(?P<support>(?:积极|共同)?(?:配合|协助|协办|协同|协作|参加|参与|支持)(?:落实|实施)?" + _END + r")"
    r"|(?P<elead>\b(?:(?:is|are|be|jointly|shall be|will be)\s){0,2}"
    r"(?:responsible|in charge|(?:to |shall |will )?(?:co-)?leads?|as (?:the )?lead|leading|"
    r"lead (?:agency|agencies|ministry|body)|take(?:s)? the lead)" + _END + r")"
    r"|(?P<esupport>\b(?:(?:is|are|be|to|shall|will|in|provides?|gives?)\s){0,2}"
    r"(?:supports?|supporting|supported|assists?|assisting|cooperat(?:e|es|ing|ion)|co-operat(?:e|es|ing|ion)|"
    r"participat(?:e|es|ing)|contribut(?:e|es|ing)|in support)" + _END + r")",
    re.IGNORECASE,
)
_COLON = r"\s{0,3}[:：]\s{0,3}"
_BODIES = r"(?: (?:agency|agencies|body|bodies|ministry|ministries|units?|departments?|party|parties))?"
_PREFIX = re.compile(
    r"(?P<lead>(?:牵头|责任|负责|主责|主办|承办)(?:单位|部门|机构)?(?:及分工)?" + _COLON + r")"
    r"|(?P<support>(?:配合|协助|协办|参加|参与|支持|协作)(?:单位|部门|机构)?" + _COLON + r"|会同)"
    r"|(?P<elead>\b(?:(?:jointly )?led (?:jointly )?by\b|co-led by\b|under the lead(?:ership)? of\b|"
    r"(?:lead|leads|leading|responsible|in charge|responsibility|led)" + _BODIES + _COLON + r"))"
    r"|(?P<esupport>\b(?:(?:in |with )?(?:the )?"
    r"(?:cooperation|co-operation|collaboration|coordination|partnership|support|"
    r"assistance|participation|help|supported|assisted|joined)(?: (?:with|of|from|by))\b"
    r"|(?:jointly|together) with\b|"
    r"(?:support|supports|supporting|supported|cooperating|co-operating|participating|assisting|"
    r"partners?|cooperation)" + _BODIES + _COLON + r"))",
    re.IGNORECASE,
)
_LED_BY = re.compile(r"(?:jointly )?led (?:jointly )?by\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[。；;!?！？]\s{0,3}|\.\s{1,3}")
_WITHIN = re.compile(r"\s[-‐‑‒–—―]{1,2}\s{1,3}|[—―]{1,2}\s{0,3}|[,，]\s{0,3}")
_STRONG = re.compile(r"[;；]")
_SEPARATORS = re.compile(
    r"\s{0,3}(?:[、,，;；/]|\n)\s{0,3}(?:(?:and|as well as)\s{1,3})?|\s{1,3}(?:and|&|as well as)\s{1,3}|以及|[和及与]",
    re.IGNORECASE,
)
_WEAK = re.compile(r"\s*(?:and|&|以及|和|及|与)\s*\Z", re.IGNORECASE)
_TRAILING_JOINT = re.compile(
    r"(?:\s(?:and|&|is|are)|^(?:and|&)|[和及与并]|(?:共同|组织|具体)?实施)$", re.IGNORECASE
)
_OWN_ROLE = re.compile(
    r"^(.{1,80}?)\s{0,3}[(（]\s{0,3}(牵头|负责|主责|lead|leads|配合|协助|参与|support|supports)\s{0,3}[)）]$",
    re.I,
)
_AND_OTHERS = re.compile(
    r"(?<=.)(等(?:有关|相关)?(?:部门|单位|机构)?|,?\s(?:etc\.?|and others|et al\.?))\s*$", re.IGNORECASE
)
_LEADING_WORDS = re.compile(r"^(?:由|并由|请|with|by|and|of|from)(?:\s{1,3}|(?<=由)|(?<=请))", re.IGNORECASE)
_AGENCY_END = re.compile(r"(?:部|委|局|办|院|会|署|厅|室|联|妇联|工会|公安|民政|团)$")
_BODY = re.compile(
    r"(?:部|委|局|办|院|会|署|厅|室|联|团|处|中心|公司|机构|部门)$|^(?-i:[A-Z]{2,8})$"
    r"|\b(?:ministr|office|department|bureau|commission|agenc|federation|committee|council|court|police|administration"
    r"|authorit|board|union|association|centre|center|service|institut|secretariat|procurator|league|organi[sz]ation)",
    re.IGNORECASE,
)
_LONGEST_RUN = 8


@dataclass(frozen=True)
class Note:
    """Who leads and who supports, by agency id; unknown: names in it that the register does not hold, as
    written, each with the part it was named in ("lead", "support", or "" where none was said)."""

    leads: tuple[str, ...]
    supports: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]


@dataclass
class _Reading:
    register: Register
    names: dict[str, list[str]] = field(default_factory=lambda: {"lead": [], "support": []})
    unknown: dict[str, str] = field(default_factory=dict)
    roles: set[str] = field(default_factory=set)
    plausible: bool = True
    resolved: int = 0

    def speaks_of_bodies(self) -> bool:
        """Say whether a note without one known agency is a note all the same: both roles, or a body by
        its name."""
        return len(self.roles) == 2 or any(is_collective(name) or _BODY.search(name) for name in self.unknown)

    def take(self, role: str | None, text: str) -> bool:
        """File the names in text under role (None: no role was stated, so they are unknown); say whether
        any were."""
        pieces = list(_names(text, self.register))
        if pieces and role:
            self.roles.add(role)
        for piece, agency in pieces:
            self._file(role, piece, agency)
        return bool(pieces)

    def _file(self, role: str | None, piece: str, agency: str | None) -> None:
        own = _OWN_ROLE.match(piece) if agency is None else None
        if own:
            role = "lead" if own[2].casefold() in ("牵头", "负责", "主责", "lead", "leads") else "support"
            piece, agency = own[1], self.register.find(own[1])
        if agency is None and self.register.is_claimed(piece):
            self.resolved += 1
        if agency is not None and role is not None:
            self.resolved += 1
            if agency not in self.names[role]:
                self.names[role].append(agency)
        elif piece not in self.unknown:
            self.plausible = self.plausible and _may_be_a_name(piece)
            self.unknown[piece] = role or ""

    def note(self) -> Note:
        return Note(tuple(self.names["lead"]), tuple(self.names["support"]), tuple(self.unknown.items()))


def brackets(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the outermost closed brackets of text, whatever their shape, in order;
    linear in time."""
    opened: list[int] = []
    closed: list[tuple[int, int]] = []
    for position, letter in enumerate(text):
        if letter in _OPENING:
            opened.append(position)
        elif letter in _CLOSING and opened:
            start = opened.pop()
            while closed and closed[-1][0] > start:
                closed.pop()
            closed.append((start, position + 1))
    yield from closed


def open_bracket(text: str) -> int | None:
    """Return where the last bracket begins that nothing in text closes; None where each is closed."""
    opened: list[int] = []
    for position, letter in enumerate(text):
        if letter in _OPENING:
            opened.append(position)
        elif letter in _CLOSING and opened:
            opened.pop()
    return opened[-1] if opened else None


def read_note(content: str, register: Register, *, closing: bool) -> Note | None:
    """Return what a bracket's content says of responsibilities, or None when it says something else.

    closing: the bracket ends its paragraph. There a well-formed note counts even if the register knows
    none of its
    names; elsewhere at least one must be known.
    """
    if len(content) > LONGEST_NOTE:
        return None
    reading = _Reading(register)
    if not _walk(" ".join(content.split()), reading) or not reading.plausible:
        return None
    if not (reading.resolved or (closing and reading.speaks_of_bodies())):
        return None
    return reading.note()


def read_names(content: str, register: Register, *, role: str) -> Note:
    """Return the agencies of a table cell that names bodies; a cell that states roles itself is read as
    a note."""
    if len(content) <= LONGEST_NOTE and (note := read_note(content, register, closing=True)):
        return note
    reading = _Reading(register)
    reading.take(role, " ".join(content.split()))
    return reading.note()


def opens_with_label(text: str) -> bool:
    """Say whether a line starts with "Lead:", "责任单位：" or another role word before its names."""
    found = _PREFIX.match(text)
    return found is not None and (
        text[: found.end()].rstrip()[-1:] in (":", "：") or bool(_LED_BY.match(text))
    )


def closing_clause(text: str, register: Register) -> tuple[int, Note, bool] | None:
    """Return where a final clause outside brackets starts, its note, and whether a label ("Lead:") opens it.

    Clauses such as "led by A, with the support of B." or "由A负责，B配合。" count only where every name is
    known.
    """
    tail = max(0, len(text) - LONGEST_NOTE)
    said = text[tail:].rstrip(" .。;；")
    ends = [tail + stop.end() for stop in _SENTENCE.finditer(said)]
    within = [tail + stop.end() for stop in _WITHIN.finditer(said)]
    for start in sorted({*ends, *within}):
        whole_sentence = start in ends
        if opens_with_label(text[start:]) and (
            note := read_note(text[start:], register, closing=whole_sentence)
        ):
            return start, note, True
    start = ends[-1] if ends else tail
    sentence = text[start:]
    for opening in (_PREFIX.search(sentence), re.search(r"(?:^|[,，])\s?由", sentence)):
        if opening is None:
            continue
        note = read_note(sentence[opening.start() :].strip(" ,，.。"), register, closing=False)
        if note is not None and note.leads and not note.unknown:
            return start + opening.start(), note, False
    return None


def _walk(content: str, reading: _Reading) -> bool:
    """Go through the role words from left to right; say whether some role had names."""
    done, active, named, orphan = 0, None, False, ""
    for start, end, role, prefix in _roles(content):
        names = content[done:start]
        if prefix:
            if active is not None:
                named |= reading.take(active, names)
            elif names.strip(" ,，;；、"):
                orphan = names
            if orphan and role == "support":
                named |= reading.take("lead", orphan)
                orphan = ""
            elif orphan:
                reading.take(None, orphan)
                orphan = ""
            active = role
        else:
            before, own = _parted(names) if active is not None else ("", names)
            if before:
                named |= reading.take(active, before)
            # "A会同B负责": B was called in by the word before it, whatever verb closes the clause.
            named |= reading.take(active if active is not None and not before else role, own)
            active = None
        done = end
    rest = content[done:]
    if active is not None:
        named |= reading.take(active, rest)
    elif done:
        reading.take(None, rest)
    return named


def _roles(content: str) -> list[tuple[int, int, str, bool]]:
    """Return (start, end, role, whether it stands before its names) of the role words, in order, not
    overlapping."""
    found = [
        (*match.span(), (match.lastgroup or "").removeprefix("e"), True)
        for match in _PREFIX.finditer(content)
    ]
    taken = [(start, end) for start, end, _role, _prefix in found]
    for match in _POSTFIX.finditer(content):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            found.append((*match.span(), (match.lastgroup or "").removeprefix("e"), False))
    return sorted(found)


def _parted(names: str) -> tuple[str, str]:
    """Split names between a role before them and a role after them, at the last semicolon, else the last
    comma."""
    cuts = list(_STRONG.finditer(names)) or list(re.finditer("[,，]", names))
    if not cuts:
        return "", names
    return names[: cuts[-1].start()], names[cuts[-1].end() :]


def _names(text: str, register: Register) -> Iterator[tuple[str, str | None]]:
    """Yield (name as written, agency id or None): the longest runs the register knows, the rest as
    written."""
    text = text.strip(" ,，;；、。.:：–—\n")
    text = _TRAILING_JOINT.sub("", _LEADING_WORDS.sub("", text)).rstrip(" ,，、")
    others = _AND_OTHERS.search(text)
    whole = register.find(text) if text else None
    if whole is not None:
        yield text, whole
        return
    if others:
        text = text[: others.start()]
    pieces, joints = _pieces(text)
    position = 0
    while position < len(pieces):
        run, agency = _longest_known(pieces, joints, position, register)
        if agency is not None:
            yield _joined(pieces, joints, position, run), agency
        else:
            run = _unknown_run(pieces, joints, position, register)
            if name := _joined(pieces, joints, position, run).strip():
                yield from _spaced(name, register)
        position += run
    if others:
        yield others[0].strip(" ,"), None


def _spaced(name: str, register: Register) -> Iterator[tuple[str, str | None]]:
    """Yield the bodies of a run of Chinese names with spaces between them: each must be known or end as a body does,
    and one must be known; else the run is one name."""
    parts = [(part, register.find(part)) for part in name.split()]
    bodies = all(
        re.search("[\u3400-\u9fff]", part) and (agency or _AGENCY_END.search(part)) for part, agency in parts
    )
    if len(parts) > 1 and bodies and any(agency for _part, agency in parts):
        yield from parts
    else:
        yield name, None


def _pieces(text: str) -> tuple[list[str], list[str]]:
    pieces, joints, done, depth_until = [], [], 0, 0
    spans = list(brackets(text))
    for joint in _SEPARATORS.finditer(text):
        while spans and spans[0][1] <= joint.start():
            spans.pop(0)
        depth_until = spans[0][0] if spans else len(text)
        if joint.start() >= depth_until:
            continue
        pieces.append(text[done : joint.start()])
        joints.append(joint[0])
        done = joint.end()
    return [*pieces, text[done:]], joints


def _joined(pieces: list[str], joints: list[str], start: int, run: int) -> str:
    parts = [pieces[start]]
    for offset in range(1, run):
        parts += [joints[start + offset - 1], pieces[start + offset]]
    return "".join(parts)


def _longest_known(
    pieces: list[str], joints: list[str], start: int, register: Register
) -> tuple[int, str | None]:
    for run in range(min(_LONGEST_RUN, len(pieces) - start), 0, -1):
        name = _joined(pieces, joints, start, run)
        agency = register.find(name) or register.find(_LEADING_WORDS.sub("", name))
        if agency is not None:
            return run, agency
    return 1, None


def _unknown_run(pieces: list[str], joints: list[str], start: int, register: Register) -> int:
    """Return how many pieces make one unknown name: "A and B" stays one unless A ends as a body of its
    own does."""
    run = 1
    while start + run < len(pieces) and _WEAK.match(joints[start + run - 1]):
        if _AGENCY_END.search(pieces[start + run - 1]) or register.find(pieces[start + run]) is not None:
            break
        if re.match(
            r"\s*(?:the\s|ministry|office|bureau|department|commission|all\b|local\b)",
            pieces[start + run],
            re.I,
        ):
            break
        run += 1
    return run


def _may_be_a_name(piece: str) -> bool:
    if is_collective(piece):
        return True
    if re.search(r"[。.!?！？：:]\s|[。！？]", piece) or not re.search(r"[^\W\d_]", piece):
        return False
    chinese = len(re.findall("[\u3400-\u9fff]", piece))
    return chinese <= 30 and len(piece.split()) <= 14
