"""Places every block of a document: heading, objective, measure, or returned as unplaced; it loses none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from concerted.interfaces.exchange.notation.blocks import Block, FoundNote
from concerted.interfaces.exchange.notation.draft import (
    DraftMeasure,
    DraftObjective,
    DraftPlan,
    DraftStrand,
    TextAtLine,
    UnknownAgency,
)
from concerted.interfaces.exchange.notation.lines import Line, width_of
from concerted.interfaces.exchange.notation.opening import period_in, title_blocks
from concerted.interfaces.exchange.notation.register import Register, is_collective

_GOAL_WORD = (
    r"(?:(?:工作|总体|主要|具体|行动)?目标(?:任务)?"
    r"|(?:overall |general |specific |main )?(?:objectives?|goals?|aims?))"
)
_GOAL_LABEL = re.compile(rf"(?:.{{0,12}}(?:和|与|及|、|and )\s?)?{_GOAL_WORD}[\s。.:：]*\Z", re.IGNORECASE)
_GOAL_OPENING = re.compile(rf"{_GOAL_WORD}\s?[。.:：]\s*\S", re.IGNORECASE)
_MEASURE_WORD = r"(?:(?:行动|主要|工作|具体|重点|保障)?(?:措施|任务)|任务分工|分工)"
_MEASURE_LABEL = re.compile(
    rf"(?:(?!保障){_MEASURE_WORD}(?:(?:和|与|及|、){_MEASURE_WORD})?"
    r"|(?:(?:main|key|specific|planned|priority) )?(?:measures|actions|activities|tasks)"
    r"(?: and (?:division of (?:labour|labor|tasks|work)|responsibilities|tasks|measures))?)[\s。.:：]*\Z",
    re.IGNORECASE,
)
_GUIDING = re.compile(
    r"指导思想|基本原则|工作原则|工作方针|前言|序言|引言|背景|形势"
    r"|\b(?:introduction|background|preamble|foreword|guiding|principles?)\b",
    re.IGNORECASE,
)
_WIDEST_HEADING = 84


@dataclass
class _Item:
    """A numbered or styled block with what stands under it."""

    head: Block | None
    rank: int
    kind: str
    paragraphs: list[Block] = field(default_factory=list)
    children: list[_Item] = field(default_factory=list)
    noted: bool = False
    any_noted_head: bool = False
    members: list[Block | _Item] = field(default_factory=list)


@dataclass(frozen=True)
class _Context:
    """The headings above: (text, says nothing but "measures" or "objectives"), whether goals or
    principles follow."""

    titles: tuple[str, ...] = ()
    goals: bool = False
    guiding: bool = False
    goal: str = ""
    siblings_noted: bool = False

    @property
    def strand(self) -> str:
        return self.titles[0] if self.titles else ""

    @property
    def objective(self) -> str:
        return self.goal or (self.titles[-1] if len(self.titles) > 1 else "")


def place(
    blocks: Sequence[Block],
    lines: Sequence[Line],
    register: Register,
    encoding: str,
    aside: Sequence[Line] = (),
    place_names: str = "",
) -> DraftPlan:
    """Return the draft plan these blocks make; lines are the whole source, to keep beside it.

    aside: the lines of it that are in no block, returned as unplaced. place_names: whose plan it is, where told.
    """
    return _Placing(register, place_names).draft(blocks, lines, encoding, aside)


class _Placing:
    def __init__(self, register: Register, place: str) -> None:
        self._register = register
        self._measures: list[DraftMeasure] = []
        self._objectives: list[DraftObjective] = []
        self._headings: list[DraftStrand] = []
        self._unplaced: list[TextAtLine] = []
        self._unknown: list[UnknownAgency] = []
        self._lines: set[int] = set()
        self._place = place

    def draft(
        self, blocks: Sequence[Block], lines: Sequence[Line], encoding: str, aside: Sequence[Line]
    ) -> DraftPlan:
        self._unplaced += [TextAtLine(line.text or line.raw.strip(), line.number) for line in aside]
        self._lines.update(line.number for line in aside)
        titles = title_blocks(blocks)
        title = " ".join(blocks[position].text for position in titles)
        title = re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", title)
        title_lines = [line.number for position in titles for line in blocks[position].lines]
        self._lines.update(title_lines)
        self._place = f"{self._place} {title}".strip()
        rest = [block for position, block in enumerate(blocks) if position not in set(titles)]
        opening = [block.text for block in self._opening(rest)]
        root = _tree(rest)
        _mark_noted(root)
        self._emit(root, _Context(), 0)
        return DraftPlan(
            title=title,
            period=period_in([title, *opening]),
            measures=tuple(self._measures),
            unknown_agencies=tuple(self._unknown),
            unplaced=tuple(sorted(self._unplaced, key=lambda text: text.line)),
            headings=tuple(self._headings),
            objectives=tuple(sorted(self._objectives, key=lambda goal: goal.line)),
            title_lines=tuple(title_lines),
            placed_lines=frozenset(self._lines),
            source_lines=tuple(TextAtLine(line.raw, line.number) for line in lines),
            encoding=encoding,
        )

    @staticmethod
    def _opening(blocks: Sequence[Block]) -> Iterator[Block]:
        for block in blocks[:20]:
            if block.mark is not None or block.level or block.notes or block.row:
                return
            yield block

    def _emit(self, item: _Item, context: _Context, depth: int, parent: int | None = None) -> None:
        kind = _kind_of(item, context)
        known = len(self._measures)
        own: list[Block] = []
        below = context
        if item.head is not None:
            if kind == "measure":
                own = _own_paragraphs(item)
                parent = self._measure([item.head, *own], context, parent)
            elif kind == "heading":
                below = self._heading(item, context, depth)
            elif kind == "objective":
                self._objective(item.head, context)
                below = _Context(context.titles, goals=True, goal=context.goal)
            else:
                self._leave(item.head)
        below = _Context(below.titles, below.goals, below.guiding, below.goal, item.any_noted_head)
        taken = {id(block) for block in own}
        for member in item.members:
            if isinstance(member, _Item):
                self._emit(member, below, depth + 1, parent if kind == "measure" else None)
            elif id(member) not in taken:
                self._paragraph(member, below, under_measure=kind == "measure")
        if kind == "heading" and item.head is not None:
            self._objective_of_heading(item.head, below, self._measures[known:])

    def _heading(self, item: _Item, context: _Context, depth: int) -> _Context:
        head = item.head
        assert head is not None
        text = head.text
        goals, measures, guiding = (
            _says_goals(text),
            bool(_MEASURE_LABEL.match(text)),
            bool(_GUIDING.search(text)),
        )
        label = goals or measures
        self._headings.append(DraftStrand(head.number, text, head.line, depth, label, context.strand))
        self._note_lines(head)
        titles = (
            context.titles
            if label and context.titles
            else (*context.titles, *([] if measures or not text else [text]))
        )
        goal = context.goal
        if item.kind.startswith("goal") and not goals:
            self._objectives.append(
                DraftObjective(head.number, titles[0] if titles else text, text, head.line)
            )
            goal = text
        return _Context(titles, goals=goals, guiding=guiding and not goals, goal=goal)

    def _objective_of_heading(self, head: Block, below: _Context, measures: Sequence[DraftMeasure]) -> None:
        """Take a heading within a strand as the objective of the measures that stand right under it."""
        if len(below.titles) < 2 or below.titles[-1] != head.text or below.goal:
            return
        if any(measure.objective == head.text for measure in measures):
            self._objectives.append(DraftObjective(head.number, below.strand, head.text, head.line))

    def _paragraph(self, block: Block, context: _Context, *, under_measure: bool) -> None:
        if block.header:
            self._headings.append(
                DraftStrand(
                    block.number, _whole(block), block.line, len(context.titles), True, context.strand
                )
            )
            self._note_lines(block)
        elif block.total:
            self._leave(block)
        elif block.text and (block.notes or (block.row and (block.number or block.details))):
            self._measure([block], context, None)
        elif block.text and (_GOAL_OPENING.match(block.text) or (context.goals and not under_measure)):
            self._objective(block, context)
        else:
            self._leave(block)

    def _measure(self, blocks: Sequence[Block], context: _Context, parent: int | None) -> int:
        notes = [note for block in blocks for note in block.notes]
        head = blocks[0]
        for block in blocks:
            self._note_lines(block)
        supports = _once(agency for found in notes for agency in found.note.supports)
        leads = _once(agency for found in notes for agency in found.note.leads)
        self._measures.append(
            DraftMeasure(
                number=head.number,
                strand=context.strand,
                objective=context.objective,
                text="\n".join(block.text for block in blocks if block.text),
                leads=leads,
                supports=tuple(agency for agency in supports if agency not in leads),
                line=head.line,
                note="; ".join(found.words for found in notes),
                lines=tuple(line.number for block in blocks for line in block.lines),
                details=tuple(detail for block in blocks for detail in block.details),
                parent_line=parent,
            )
        )
        self._unknowns(notes)
        return head.line

    def _unknowns(self, notes: Iterable[FoundNote]) -> None:
        for found in notes:
            for name, role in found.note.unknown:
                near = self._register.nearest(name, place=self._place)
                self._unknown.append(
                    UnknownAgency(
                        name,
                        found.line,
                        tuple(written for _agency, written in near),
                        tuple(agency for agency, _written in near),
                        is_collective(name),
                        role,
                    )
                )

    def _objective(self, block: Block, context: _Context) -> None:
        self._objectives.append(DraftObjective(block.number, context.strand, block.text, block.line))
        self._note_lines(block)

    def _leave(self, block: Block) -> None:
        for line in block.lines:
            self._unplaced.append(TextAtLine(line.text or line.raw.strip(), line.number))
        self._note_lines(block)
        self._unknowns(block.notes)

    def _note_lines(self, block: Block) -> None:
        self._lines.update(line.number for line in block.lines)


def _once(agencies: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(agencies))


def _whole(block: Block) -> str:
    return block.text or " ".join(line.text for line in block.lines)


def _tree(blocks: Sequence[Block]) -> _Item:
    root = _Item(None, -1, "root")
    stack = [root]
    for block in blocks:
        if block.level or (block.mark is not None and not block.row and not block.note_only):
            kind = f"style{block.level}" if block.level else (block.mark.kind if block.mark else "")
            if block.level and block.mark is not None and block.mark.kind == "goal":
                kind = "goal"
            rank = block.level if block.level else (block.mark.rank if block.mark else 0)
            item = _Item(block, rank, kind)
            while stack[-1].rank >= rank:
                stack.pop()
            stack[-1].children.append(item)
            stack[-1].members.append(item)
            stack.append(item)
        elif (
            block.note_only
            and not block.row
            and _is_below(block, stack[-1])
            and (target := _target(stack[-1])) is not None
            and not (_names_a_lead(block) and _names_a_lead(target))
        ):
            target.notes += block.notes
            target.lines += block.lines
        else:
            stack[-1].paragraphs.append(block)
            stack[-1].members.append(block)
    return root


def _is_below(block: Block, item: _Item) -> bool:
    """Say whether a note may belong to the item before it: a numbered one has a number of its own beside it."""
    return block.mark is None or not block.number or block.mark.rank > item.rank


def _target(item: _Item) -> Block | None:
    """Return the block a note on a line of its own belongs to: the paragraph or item just before it."""
    if item.members and isinstance(item.members[-1], Block):
        last = item.members[-1]
        return None if last.row or not last.text or _all_decoration(last) else last
    if item.head is None or item.children or _is_label(item.head.text):
        return None
    return item.head


def _names_a_lead(block: Block) -> bool:
    """Say whether a note of the block names who leads; a later one of its own paragraph then gives no second lead."""
    return any(
        found.note.leads or any(role == "lead" for _name, role in found.note.unknown) for found in block.notes
    )


def _all_decoration(block: Block) -> bool:
    return all(line.decoration for line in block.lines)


def _mark_noted(item: _Item) -> None:
    for child in item.children:
        _mark_noted(child)
    item.any_noted_head = any(child.head is not None and child.head.notes for child in item.children)
    own = bool(item.head is not None and item.head.notes) or any(block.notes for block in item.paragraphs)
    item.noted = own or any(child.noted for child in item.children)


def _says_goals(text: str) -> bool:
    return len(text) <= 60 and bool(_GOAL_LABEL.match(text))


def _is_label(text: str) -> bool:
    return (
        _says_goals(text)
        or bool(_MEASURE_LABEL.match(text))
        or bool(len(text) <= 40 and _GUIDING.search(text))
    )


def _heading_like(block: Block) -> bool:
    text = block.text
    if len(text) > _WIDEST_HEADING or width_of(text) > _WIDEST_HEADING or text[-1:] in (":", "：", ";", "；"):
        return False
    if text[-1:] == "。":
        return width_of(text) <= 40 and "，" not in text and "。" not in text[:-1]
    return not re.search(r"[。；;！？]|[.!?](?:\s|\Z)", text)


def _own_paragraphs(item: _Item) -> list[Block]:
    """Return the paragraphs that belong to a measure's own text: up to its note, or all where it has none."""
    assert item.head is not None
    if item.head.notes:
        return []
    plain: list[Block] = []
    for member in item.members:
        if not isinstance(member, Block) or member.row or not member.text or _all_decoration(member):
            break
        plain.append(member)
        if member.notes:
            break
    return plain


def _one_measure_in_paragraphs(item: _Item) -> bool:
    """Say whether the one note among an item's paragraphs closes its own text, before anything under it."""
    noted = [block for block in item.paragraphs if block.notes]
    return len(noted) == 1 and any(block is noted[0] for block in _own_paragraphs(item))


def _kind_of(item: _Item, context: _Context) -> str:
    """Say what an item is: heading, measure, objective, or left unplaced."""
    head = item.head
    if head is None:
        return "root"
    if head.notes:
        return "measure"
    if not any(letter.isalnum() for letter in head.text):
        return "left" if not item.members else "heading"
    if _GOAL_OPENING.match(head.text) and not item.noted:
        return "objective"
    if _is_label(head.text) and len(head.text) <= 60:
        return "heading"
    numbered_low = head.mark is not None and head.mark.rank >= 40
    if item.noted:
        return _kind_above_notes(item, head, context, numbered_low=numbered_low)
    if item.kind.startswith("goal") or head.level:
        return "heading"
    return _kind_without_notes(item, head, context, numbered_low=numbered_low)


def _kind_above_notes(item: _Item, head: Block, context: _Context, *, numbered_low: bool) -> str:
    """Say what an item is under which notes stand: beside noted measures it is one with sub-measures."""
    if _one_measure_in_paragraphs(item) and (numbered_low or (not head.level and not _heading_like(head))):
        return "measure"
    if numbered_low and context.siblings_noted and not head.level:
        return "measure"
    if head.level or item.kind.startswith("goal") or _heading_like(head):
        return "heading"
    return "heading" if item.any_noted_head and _one_sentence(head) else "measure"


def _one_sentence(block: Block) -> bool:
    text = block.text
    if width_of(text) > 2 * _WIDEST_HEADING or text[-1:] in (":", "：", ";", "；"):
        return False
    return not re.search(r"[。；;！？]|[.!?]\s", text.rstrip("。.！!"))


def _kind_without_notes(item: _Item, head: Block, context: _Context, *, numbered_low: bool) -> str:
    if context.goals:
        return "objective"
    if context.siblings_noted:
        return "measure"
    if context.guiding:
        return "left"
    if _heading_like(head) and (item.members or not numbered_low):
        return "heading"
    return "measure"
