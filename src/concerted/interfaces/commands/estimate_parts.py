"""What `concerted estimate` is asked besides the table: strata and errors in joining records; it prints nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from concerted.errors import Invalid
from concerted.methods.prevalence import CaptureTable

if TYPE_CHECKING:
    from concerted.methods.prevalence import LinkageDoubt, MethodOptions, ReadTable, StrataTables


@dataclass(frozen=True)
class Parts:
    """A table as it was read. read_rows: with its rows in order, None where it has strata."""

    table: CaptureTable
    read_rows: ReadTable | None = None
    strata: StrataTables | None = None
    pooling: str = "both"
    doubt: LinkageDoubt | None = None

    @classmethod
    def read(
        cls,
        source: bytes | Path,
        strata: str | None,
        *,
        pooling: str = "both",
        linkage: Path | None = None,
        missed: float | None = None,
        false: float | None = None,
        draws: int | None = None,
    ) -> Parts:
        """Read the table, with its strata where columns are named. Raises Invalid."""
        doubt = _doubt(linkage, missed, false, draws)
        if strata is None:
            from concerted.methods.prevalence import read_rows

            rows = read_rows(source)
            found = cls(rows.table, read_rows=rows, pooling=pooling, doubt=doubt)
        else:
            from concerted.methods.prevalence import read_strata

            parted = read_strata(source, [name.strip() for name in strata.split(",")])
            found = cls(parted.whole, strata=parted, pooling=pooling, doubt=doubt)
        if doubt is not None:
            doubt.check(found.table.lists)
        return found

    @property
    def any_asked(self) -> bool:
        """Whether more than the table itself is asked for."""
        return self.strata is not None or self.doubt is not None

    def asked(self, method: str, options: MethodOptions) -> dict[str, Any]:
        """What one method says of each stratum and over drawn linkages; empty where neither was asked."""
        if not self.any_asked:
            return {}
        from concerted.methods.prevalence import METHODS, linkage_json, plain, strata_json

        def within(table: CaptureTable) -> Any:
            return METHODS[method].run(table, options)

        told: dict[str, Any] = {}
        if self.strata is not None:
            told["strata"] = strata_json(
                self.strata, within, name=method, pooling=self.pooling, seed=options.seed
            )
        if self.doubt is not None:
            told["linkage"] = linkage_json(self.doubt, self.table, within, name=method, seed=options.seed)
        found: dict[str, Any] = plain(told)
        return found


def _doubt(
    linkage: Path | None, missed: float | None, false: float | None, draws: int | None
) -> LinkageDoubt | None:
    if linkage is None and missed is None and false is None:
        if draws is not None:
            raise Invalid(
                "Nothing was said of errors in joining records.",
                where="--linkages",
                remedy="Add --missed, --false or --linkage FILE.",
            )
        return None
    from concerted.methods.prevalence import LinkageDoubt, read_linkage

    if linkage is None:
        told = {"missed": missed or 0.0, "false": false or 0.0}
        return LinkageDoubt.from_json(told | ({"draws": draws} if draws is not None else {}))
    if missed is not None or false is not None:
        raise Invalid(
            "--linkage excludes --missed and --false.",
            where="--linkage",
            remedy="Write the rates into the file, or leave the file out.",
        )
    read = read_linkage(linkage)
    return LinkageDoubt.from_json(read.to_json() | {"draws": draws}) if draws is not None else read
