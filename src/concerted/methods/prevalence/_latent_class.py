"""Non-parametric latent classes; never a number from chains that disagree."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from concerted.methods.prevalence._result import Estimate, NotEstimable
from concerted.methods.prevalence._table import CaptureTable


class ChainsDisagree(NotEstimable):
    """The chains did not reach one answer; chain_means, r_hat, effective_size hold what they reached."""

    code = "chains_disagree"
    chain_means: tuple[float, ...]
    r_hat: float
    effective_size: float


def latent_class(
    table: CaptureTable,
    *,
    levels: Sequence[float] = (0.95,),
    seed: int | None = None,
    chains: int = 4,
    classes: int = 10,
    iterations: int = 50_000,
    progress: Callable[[float], None] | None = None,
) -> Estimate:
    """Posterior median; iterations is the most each chain makes, after which disagreement raises ChainsDisagree."""
    raise NotImplementedError
