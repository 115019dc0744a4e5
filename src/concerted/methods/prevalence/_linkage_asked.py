"""What is known of errors in joining records, as a file or form gives it, and one method's answer under it; it links
nobody.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from concerted.errors import Invalid
from concerted.methods.prevalence import _read as read
from concerted.methods.prevalence._linkage_draws import Link, Pair, Rate
from concerted.methods.prevalence._linkage_error import Method, under_link_probabilities, under_linkage_error
from concerted.methods.prevalence._result import Estimate
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._wording import Said

DRAWS = 50
MOST_DRAWS = 1000
MOST_RECORDS = 100_000
LEVELS = (0.95, 0.8)
KEYS = frozenset({"missed", "false", "records", "links", "draws", "pool"})
Rates = Rate | Mapping[Pair, Rate]


@dataclass(frozen=True)
class LinkageDoubt:
    """Either error rates (missed, false) or records with link probabilities; never both.

    missed: chance that a comparison of two records of one person fails. false: share of links that join different
    people. Each a share, (errors, comparisons audited), or one of these by pair of lists. records: the list of each
    record; links: pairs of records, by their places from 0, with the probability that they are of one person.
    draws: linkages drawn. pool: as in `over_linkages`.
    """

    missed: Rates = 0.0
    false: Rates = 0.0
    records: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    draws: int = DRAWS
    pool: str = "mixture"

    def __post_init__(self) -> None:
        if type(self.draws) is not int or not 2 <= self.draws <= MOST_DRAWS:
            raise _bad(
                Said("{draws} linkages cannot be drawn.", "无法抽取 {draws} 次链接。").format(
                    draws=self.draws
                ),
                Said("Write a whole number from 2 to {most}.", "请填写 2 至 {most} 的整数。").format(
                    most=MOST_DRAWS
                ),
                "draws",
            )
        if self.pool not in ("mixture", "rubin"):
            raise _bad(
                Said("There is no way of pooling {pool!r}.", "没有合并方式 {pool!r}。").format(
                    pool=self.pool
                ),
                Said("Choose from: mixture, rubin.", "可选：mixture, rubin。"),
                "pool",
            )
        if self.records and (self.missed or self.false):
            raise _bad(
                Said("Rates and records were given together.", "同时给出了错误率和记录。"),
                Said(
                    "Give missed and false, or records and links.",
                    "请只给出 missed 与 false，或只给出 records 与 links。",
                ),
                "records",
            )
        if not self.records and not self.missed and not self.false:
            raise _bad(
                Said("No error in joining records was stated.", "没有给出记录合并的错误。"),
                Said(
                    "Give missed, false, or records and links.", "请给出 missed、false，或 records 与 links。"
                ),
                "missed",
            )

    def answer(
        self,
        table: CaptureTable,
        method: Method,
        *,
        seed: int,
        levels: Sequence[float] = LEVELS,
        progress: Callable[[float], None] | None = None,
    ) -> Estimate:
        """One method's answers over drawn linkages, pooled. Raises NotEstimable, or Invalid for names that differ."""
        told: dict[str, Any] = {
            "draws": self.draws,
            "seed": seed,
            "pool": self.pool,
            "levels": levels,
            "progress": progress,
        }
        self.check(table.lists)
        if self.records:
            places = [table.lists.index(name) for name in self.records]
            return under_link_probabilities(table.lists, places, self.links, method, **told)
        return under_linkage_error(table, method, missed=self.missed, false=self.false, **told)

    def check(self, lists: Sequence[str]) -> None:
        """Raises Invalid where a list is named that the table does not have."""
        named = {
            name
            for rates in (self.missed, self.false)
            if isinstance(rates, Mapping)
            for p in rates
            for name in p
        }
        unknown = sorted((named | set(self.records)) - set(lists))
        if unknown:
            raise _bad(
                Said("The table has no list {name!r}.", "表中没有名单 {name!r}。").format(
                    name=unknown[0][:40]
                ),
                Said("Its lists are: {names}.", "表中的名单为：{names}。").format(names=", ".join(lists)),
                "lists",
            )

    def to_json(self) -> dict[str, Any]:
        """As `from_json` reads it."""
        told: dict[str, Any] = {"draws": self.draws, "pool": self.pool}
        if self.records:
            links = [[one.first, one.second, one.probability] for one in self.links]
            return told | {"records": list(self.records), "links": links}
        return told | {"missed": _plain(self.missed), "false": _plain(self.false)}

    def brief(self) -> dict[str, Any]:
        """What stands in a result: the rates, or how many records and links there were."""
        if self.records:
            counted = {"records": len(self.records), "links": len(self.links)}
            return counted | {"draws": self.draws, "pool": self.pool}
        return self.to_json()

    @classmethod
    def from_json(cls, kept: Any) -> LinkageDoubt:
        """Read from plain JSON values. Raises Invalid that says which part cannot be."""
        if not isinstance(kept, Mapping) or not set(kept) <= KEYS:
            unknown = sorted(map(str, set(kept) - KEYS)) if isinstance(kept, Mapping) else []
            raise _bad(
                Said(
                    "Linkage errors are told in other words: {name!r}.", "无法识别的链接误差内容：{name!r}。"
                ).format(name=unknown[0][:40] if unknown else str(kept)[:40]),
                Said("The words are: {names}.", "可用的词为：{names}。").format(
                    names=", ".join(sorted(KEYS))
                ),
                "linkage",
            )
        records = kept.get("records") or []
        links = kept.get("links") or []
        if not isinstance(records, list | tuple) or not all(isinstance(one, str) for one in records):
            raise _bad(
                Said("Records are not a sequence of list names.", "records 不是名单名称的序列。"),
                Said("Give the name of the list each record stands on.", "请给出每条记录所在名单的名称。"),
                "records",
            )
        if (
            len(records) > MOST_RECORDS
            or not isinstance(links, list | tuple)
            or len(links) > 4 * MOST_RECORDS
        ):
            raise _bad(
                Said("There are too many records or links.", "记录或链接过多。"),
                Said("At most {most} records can be drawn over.", "最多 {most} 条记录。").format(
                    most=MOST_RECORDS
                ),
                "records",
            )
        return cls(
            missed=_rates(kept.get("missed", 0.0), "missed"),
            false=_rates(kept.get("false", 0.0), "false"),
            records=tuple(records),
            links=tuple(_link(one, number, records) for number, one in enumerate(links, start=1)),
            draws=kept.get("draws", DRAWS),
            pool=kept.get("pool", "mixture"),
        )


def read_linkage(source: str | Path | bytes) -> LinkageDoubt:
    """The linkage errors in a JSON file or text. Raises Invalid."""
    try:
        kept = json.loads(read._text(source))
    except (ValueError, RecursionError) as error:
        raise _bad(
            Said("The linkage errors are not JSON.", "链接误差文件不是 JSON。"),
            Said(
                'Write for example {{"missed": 0.1, "false": 0.02}}.',
                '例如：{{"missed": 0.1, "false": 0.02}}。',
            ).format(),
            "linkage",
        ) from error
    return LinkageDoubt.from_json(kept)


def _rates(given: Any, where: str) -> Rates:
    if isinstance(given, Mapping):
        return {_pair(name, where): _rate(one, where) for name, one in given.items()}
    return _rate(given, where)


def _pair(name: Any, where: str) -> Pair:
    first, parted, second = str(name).partition(":")
    if not parted or not first or not second or first == second:
        raise _bad(
            Said("{name!r} does not name two lists.", "{name!r} 不是两个名单。").format(name=str(name)[:40]),
            Said(
                "Write both names with a colon between: police:shelters.",
                "请写两个名称并以冒号分隔，如 police:shelters。",
            ),
            where,
        )
    return first, second


def _rate(given: Any, where: str) -> Rate:
    if isinstance(given, list | tuple) and len(given) == 2 and all(type(one) is int for one in given):
        errors, compared = given
        if 0 <= errors <= compared and compared > 0:
            return errors, compared
    elif type(given) in (int, float) and math.isfinite(given) and 0 <= given < 1:
        return float(given)
    raise _bad(
        Said("{given} is no error rate.", "{given} 不是错误率。").format(given=str(given)[:40]),
        Said(
            "Write a share from 0 to below 1 (0.1 is ten in a hundred), or [errors, comparisons audited].",
            "请填写 0 至 1（不含）之间的比例（0.1 即百分之十），或 [错误数, 抽查数]。",
        ),
        where,
    )


def _link(given: Any, number: int, records: Sequence[str]) -> Link:
    fault = Said("Link {number} cannot be.", "第 {number} 个链接不成立。").format(number=number)
    remedy = Said(
        "Write [record, record, probability]: two places from 0 to {most}, on different lists, and 0 to 1.",
        "请写 [记录, 记录, 概率]：两个 0 至 {most} 的序号，属于不同名单，概率为 0 至 1。",
    ).format(most=len(records) - 1)
    if not isinstance(given, list | tuple) or len(given) != 3:
        raise _bad(fault, remedy, "links")
    first, second, probability = given
    if type(first) is not int or type(second) is not int or type(probability) not in (int, float):
        raise _bad(fault, remedy, "links")
    inside = 0 <= first < len(records) and 0 <= second < len(records)
    if not inside or records[first] == records[second] or not 0 <= probability <= 1:
        raise _bad(fault, remedy, "links")
    return Link(first, second, float(probability))


def _plain(rates: Rates) -> Any:
    if isinstance(rates, Mapping):
        return {":".join(pair): _plain(rate) for pair, rate in rates.items()}
    return list(rates) if isinstance(rates, tuple) else rates


def _bad(what: Said, remedy: Said, where: str) -> Invalid:
    return Invalid(what, where=where, remedy=remedy, code="bad_linkage")
