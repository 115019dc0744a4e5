"""The names of the methods in the order a panel asks them; it knows nothing of what they do."""

METHOD_NAMES = (
    "main-effects",
    "stepwise",
    "bic",
    "aic",
    "decomposable",
    "latent-class",
    "bayes-threshold",
    "chao",
    "chapman",
)
