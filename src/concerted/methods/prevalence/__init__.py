"""How many people no list holds: multiple systems estimation that says when it cannot tell; never Django or a clock.

A reader starts at `read_table` or `CaptureTable`, and at `agreement_panel`, which asks every method; every method
returns an `Estimate` or raises `NotEstimable`. Each name is loaded when it is first used, for compiled arithmetic
and its libraries take longer to load than most questions take to answer.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from concerted.methods.prevalence._names import METHOD_NAMES
from concerted.methods.prevalence._result import Caution, Citation, Diagnostics, Estimate, NotEstimable
from concerted.methods.prevalence._table import MAX_LISTS, CaptureTable

if TYPE_CHECKING:
    from concerted.methods.prevalence._bayes_threshold import bayes_threshold
    from concerted.methods.prevalence._bounds import (
        chao_lower_bound,
        chapman,
        chapman_pairs,
        lincoln_petersen,
    )
    from concerted.methods.prevalence._checks import (
        AllModels,
        ModelCheck,
        TableCheck,
        check_all_models,
        check_model,
        check_table,
    )
    from concerted.methods.prevalence._convergence import ChainsDisagree
    from concerted.methods.prevalence._decomposable import decomposable
    from concerted.methods.prevalence._json import plain, refusal_json, table_json
    from concerted.methods.prevalence._latent_class import latent_class
    from concerted.methods.prevalence._linkage_asked import LinkageDoubt, read_linkage
    from concerted.methods.prevalence._linkage_draws import Link
    from concerted.methods.prevalence._linkage_error import (
        over_linkages,
        under_link_probabilities,
        under_linkage_error,
    )
    from concerted.methods.prevalence._loglinear import Fit, fit, profile_interval
    from concerted.methods.prevalence._methods import JUDGED, METHODS, Method, MethodOptions
    from concerted.methods.prevalence._panel import (
        ASSUMPTIONS,
        Panel,
        PanelOptions,
        PathPoint,
        agreement_panel,
    )
    from concerted.methods.prevalence._parts import POOLINGS, linkage_json, strata_json
    from concerted.methods.prevalence._public import SMALL, estimate_for_public, for_public, significant
    from concerted.methods.prevalence._read import ReadTable, read_rows, read_table, to_csv
    from concerted.methods.prevalence._read_resamples import read_resamples
    from concerted.methods.prevalence._read_strata import StrataTables, read_strata
    from concerted.methods.prevalence._sensitivity import (
        Changed,
        Foretold,
        OddsPoint,
        internal_consistency,
        leave_one_out,
        merge_pairs,
        odds_ratio_curve,
        only_on,
        with_merged,
        without_list,
    )
    from concerted.methods.prevalence._stepwise import PathStep, main_effects, stepwise, threshold_path
    from concerted.methods.prevalence._strata import ByStrata, Stratum, by_strata, split_rows
    from concerted.methods.prevalence._study import StudyRow, Truth, simulated, study, truths_like, two_kinds
    from concerted.methods.prevalence._suppress import (
        PublicCell,
        PublicTable,
        Total,
        public_strata,
        public_table,
        suppress,
    )
    from concerted.methods.prevalence._terms import hierarchical
    from concerted.methods.prevalence._verdict import (
        LIMITS,
        RULES,
        Answer,
        Evidence,
        Limits,
        Reason,
        Rule,
        Standing,
        Verdict,
        judge,
    )
    from concerted.methods.prevalence._wording import Said

#: Which module holds each name that is loaded when it is first used.
_HOMES = {
    "_bayes_threshold": "bayes_threshold",
    "_bounds": "chao_lower_bound chapman chapman_pairs lincoln_petersen",
    "_checks": "AllModels ModelCheck TableCheck check_all_models check_model check_table",
    "_decomposable": "decomposable",
    "_json": "plain refusal_json table_json",
    "_convergence": "ChainsDisagree",
    "_latent_class": "latent_class",
    "_linkage_asked": "LinkageDoubt read_linkage",
    "_linkage_draws": "Link",
    "_linkage_error": "over_linkages under_link_probabilities under_linkage_error",
    "_loglinear": "Fit fit profile_interval",
    "_methods": "JUDGED METHODS Method MethodOptions",
    "_panel": "ASSUMPTIONS Panel PanelOptions PathPoint agreement_panel",
    "_public": "SMALL estimate_for_public for_public significant",
    "_parts": "POOLINGS linkage_json strata_json",
    "_read_strata": "StrataTables read_strata",
    "_read": "ReadTable read_rows read_table to_csv",
    "_read_resamples": "read_resamples",
    "_sensitivity": "Changed Foretold OddsPoint internal_consistency leave_one_out merge_pairs odds_ratio_curve"
    " only_on with_merged without_list",
    "_stepwise": "PathStep main_effects stepwise threshold_path",
    "_strata": "ByStrata Stratum by_strata split_rows",
    "_study": "StudyRow Truth simulated study truths_like two_kinds",
    "_suppress": "PublicCell PublicTable Total public_strata public_table suppress",
    "_terms": "hierarchical",
    "_verdict": "Answer Evidence LIMITS Limits RULES Reason Rule Standing Verdict judge",
    "_wording": "Said",
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """The public name, from its module. Raises AttributeError for a name there is not."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


__all__ = [
    "ASSUMPTIONS",
    "JUDGED",
    "LIMITS",
    "MAX_LISTS",
    "METHODS",
    "METHOD_NAMES",
    "POOLINGS",
    "RULES",
    "SMALL",
    "AllModels",
    "Answer",
    "ByStrata",
    "CaptureTable",
    "Caution",
    "ChainsDisagree",
    "Changed",
    "Citation",
    "Diagnostics",
    "Estimate",
    "Evidence",
    "Fit",
    "Foretold",
    "Limits",
    "Link",
    "LinkageDoubt",
    "Method",
    "MethodOptions",
    "ModelCheck",
    "NotEstimable",
    "OddsPoint",
    "Panel",
    "PanelOptions",
    "PathPoint",
    "PathStep",
    "PublicCell",
    "PublicTable",
    "ReadTable",
    "Reason",
    "Rule",
    "Said",
    "Standing",
    "StrataTables",
    "Stratum",
    "StudyRow",
    "TableCheck",
    "Total",
    "Truth",
    "Verdict",
    "agreement_panel",
    "bayes_threshold",
    "by_strata",
    "chao_lower_bound",
    "chapman",
    "chapman_pairs",
    "check_all_models",
    "check_model",
    "check_table",
    "decomposable",
    "estimate_for_public",
    "fit",
    "for_public",
    "hierarchical",
    "internal_consistency",
    "judge",
    "latent_class",
    "leave_one_out",
    "lincoln_petersen",
    "linkage_json",
    "main_effects",
    "merge_pairs",
    "odds_ratio_curve",
    "only_on",
    "over_linkages",
    "plain",
    "profile_interval",
    "public_strata",
    "public_table",
    "read_linkage",
    "read_resamples",
    "read_rows",
    "read_strata",
    "read_table",
    "refusal_json",
    "significant",
    "simulated",
    "split_rows",
    "stepwise",
    "strata_json",
    "study",
    "suppress",
    "table_json",
    "threshold_path",
    "to_csv",
    "truths_like",
    "two_kinds",
    "under_link_probabilities",
    "under_linkage_error",
    "with_merged",
    "without_list",
]
