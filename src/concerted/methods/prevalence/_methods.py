"""Every method by its name, asked in one way; each is loaded only when it is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from concerted.methods.prevalence._result import Estimate
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._wording import Said

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LEVELS: tuple[float, ...] = (0.95, 0.8)


@dataclass(frozen=True)
class MethodOptions:
    """What a method may be told; each uses what concerns it.

    threshold: of stepwise. bootstrap: resamples, 0 for the interval given the model. resamples: stored ones,
    shape (B, 2**k), used in place of drawn ones. max_order: of the models searched. seed: of what is drawn.
    progress: told the share done, from 0 to 1.
    """

    threshold: float = 0.02
    bootstrap: int = 1000
    resamples: npt.NDArray[np.int64] | None = None
    max_order: int | None = None
    seed: int = 1
    levels: tuple[float, ...] = LEVELS
    progress: Callable[[float], None] | None = None


Run = Callable[[CaptureTable, MethodOptions], Estimate]


@dataclass(frozen=True)
class Method:
    """A method: its name in words, how it is asked, and whether its number is a lower bound only."""

    name: str
    label: Said
    run: Run
    is_bound: bool = False


def _with_checks(run: Run) -> Run:
    """The method, its answer warning of lists that no estimate can rest on."""

    def asked(table: CaptureTable, options: MethodOptions) -> Estimate:
        from concerted.methods.prevalence._checks import UNSOUND, check_table

        answer = run(table, options)
        found = tuple(one for one in check_table(table).cautions if one.code in UNSOUND)
        return replace(answer, warnings=(*found, *answer.warnings)) if found else answer

    return asked


def _main_effects(table: CaptureTable, options: MethodOptions) -> Estimate:
    from concerted.methods.prevalence._stepwise import main_effects

    return main_effects(
        table,
        bootstrap=options.bootstrap,
        resamples=options.resamples,
        seed=options.seed,
        levels=options.levels,
        progress=options.progress,
    )


def _stepwise(table: CaptureTable, options: MethodOptions) -> Estimate:
    from concerted.methods.prevalence._stepwise import stepwise

    return stepwise(
        table,
        threshold=options.threshold,
        bootstrap=options.bootstrap,
        resamples=options.resamples,
        seed=options.seed,
        levels=options.levels,
        progress=options.progress,
    )


def _bic(table: CaptureTable, options: MethodOptions) -> Estimate:
    from concerted.methods.prevalence._information import bic

    return bic(
        table,
        max_order=options.max_order,
        bootstrap=options.bootstrap,
        resamples=options.resamples,
        seed=options.seed,
        levels=options.levels,
        progress=options.progress,
    )


def _aic(table: CaptureTable, options: MethodOptions) -> Estimate:
    from concerted.methods.prevalence._information import aic

    return aic(
        table,
        max_order=options.max_order,
        bootstrap=options.bootstrap,
        resamples=options.resamples,
        seed=options.seed,
        levels=options.levels,
        progress=options.progress,
    )


def _decomposable(table: CaptureTable, options: MethodOptions) -> Estimate:
    from concerted.methods.prevalence._decomposable import decomposable

    return decomposable(table, levels=options.levels)


def _latent_class(table: CaptureTable, options: MethodOptions) -> Estimate:
    from concerted.methods.prevalence._latent_class import latent_class

    return latent_class(table, levels=options.levels, seed=options.seed, progress=options.progress)


def _chao(table: CaptureTable, options: MethodOptions) -> Estimate:
    from concerted.methods.prevalence._bounds import chao_lower_bound

    return chao_lower_bound(table, levels=options.levels)


def _chapman(table: CaptureTable, options: MethodOptions) -> Estimate:
    from concerted.methods.prevalence._bounds import chapman

    return chapman(table, levels=options.levels)


def _bayes_threshold(table: CaptureTable, options: MethodOptions) -> Estimate:
    from concerted.methods.prevalence._bayes_threshold import bayes_threshold

    return bayes_threshold(table, levels=options.levels, seed=options.seed)


METHODS: Mapping[str, Method] = {
    method.name: replace(method, run=_with_checks(method.run))
    for method in (
        Method("main-effects", Said("Independent lists", "名单相互独立"), _main_effects),
        Method("stepwise", Said("Stepwise log-linear", "逐步对数线性"), _stepwise),
        Method("bic", Said("Best model by BIC", "BIC 最优模型"), _bic),
        Method("aic", Said("Best model by AIC", "AIC 最优模型"), _aic),
        Method("decomposable", Said("Average over decomposable graphs", "可分解图平均"), _decomposable),
        Method("latent-class", Said("Latent classes", "潜类别模型"), _latent_class),
        Method("bayes-threshold", Said("Bayesian thresholding", "贝叶斯阈值法"), _bayes_threshold),
        Method("chao", Said("Chao's lower bound", "Chao 下界"), _chao, is_bound=True),
        Method("chapman", Said("Two lists (Chapman)", "双名单（Chapman）"), _chapman),
    )
}

#: The methods whose agreement the verdict weighs. Independence is the assumption under test, AIC keeps more terms
#: than a small table carries, and a bound is no estimate: these are shown, not weighed.
JUDGED: frozenset[str] = frozenset({"stepwise", "bic", "decomposable", "latent-class", "bayes-threshold"})
