"""Compiled sweeps of the latent-class sampler over capture histories; it keeps no more than the hidden number.

The model and its conditionals: Manrique-Vallier (2016), Biometrics 72(4), 1246-1254. Between them stand three moves
with rates and weights integrated out, without which chains stay where they began: of the hidden people of one class,
of two neighbouring classes' places on the stick (Papaspiliopoulos & Roberts 2008, Biometrika 95(1), 169-186) and of
the concentration. people, unseen: whole numbers, shape (classes,); hits: a class's people on each list, (classes, k).
"""

from __future__ import annotations

import math

from numpy.random import Generator

from concerted.methods.prevalence._compiled import F8, I8, compiled

MOST_HIDDEN = 10**15
"""Beyond this a Poisson draw is no different from its mean."""

TRIES = 3


@compiled
def sweeps(
    rng: Generator,
    histories: I8,
    counts: I8,
    n: int,
    k: int,
    log_weights: F8,
    rates: F8,
    alpha: float,
    prior: F8,
    hidden: F8,
    part: F8,
    into: I8,
    people: I8,
    unseen: I8,
    hits: I8,
) -> float:
    """Run one sweep per entry of `hidden`, filling it with the number on no list; returns alpha, changes the state.

    log_weights: (classes,) and rates: (classes, k) hold the state. prior: shape and rate of alpha's Gamma prior.
    part, into, people, unseen and hits are scratch.
    """
    classes = log_weights.size
    for step in range(hidden.size):
        share_seen(rng, histories, counts, k, log_weights, rates, part, into, people, hits)
        share_unseen(rng, n, k, log_weights, rates, part, unseen)
        move_unseen(rng, n, k, alpha, people, unseen, hits)
        for c in range(classes):
            people[c] += unseen[c]
        total = 0
        for c in range(classes):
            total += unseen[c]
        hidden[step] = total
        swap_places(rng, k, alpha, people, hits)
        alpha = swap_far(rng, k, alpha, prior, people, hits)
        alpha = move_alpha(rng, alpha, prior, people)
        for c in range(classes):
            for i in range(k):
                rates[c, i] = rng.beta(1.0 + hits[c, i], 1.0 + people[c] - hits[c, i])
        break_stick(rng, alpha, people, log_weights)
    return alpha


@compiled
def share_seen(
    rng: Generator,
    histories: I8,
    counts: I8,
    k: int,
    log_weights: F8,
    rates: F8,
    part: F8,
    into: I8,
    people: I8,
    hits: I8,
) -> None:
    """Share the seen people of every history out over the classes."""
    people[:] = 0
    hits[:] = 0
    for r in range(histories.size):
        class_probabilities(histories[r], k, log_weights, rates, part)
        split(rng, counts[r], part, into)
        for c in range(people.size):
            people[c] += into[c]
            for i in range(k):
                if histories[r] >> i & 1:
                    hits[c, i] += into[c]


@compiled
def share_unseen(rng: Generator, n: int, k: int, log_weights: F8, rates: F8, part: F8, unseen: I8) -> None:
    """Draw how many are on no list, negative binomial given the chance to be missed, and share them out."""
    class_probabilities(0, k, log_weights, rates, part)
    missed = 0.0
    for c in range(part.size):
        missed += part[c]
    mean = min(rng.gamma(n) * missed / max(1.0 - missed, 1e-12), float(MOST_HIDDEN))
    split(rng, rng.poisson(mean), part, unseen)


@compiled
def class_probabilities(history: int, k: int, log_weights: F8, rates: F8, part: F8) -> None:
    """Fill part with the joint probability of each class and the history."""
    for c in range(log_weights.size):
        p = math.exp(log_weights[c])
        for i in range(k):
            p *= rates[c, i] if history >> i & 1 else 1.0 - rates[c, i]
        part[c] = p


@compiled
def split(rng: Generator, total: int, probabilities: F8, into: I8) -> None:
    """Share `total` people out over classes with the given relative probabilities."""
    left, mass = total, 0.0
    for c in range(probabilities.size):
        mass += probabilities[c]
    for c in range(probabilities.size):
        into[c] = 0
        if left > 0:
            if c == probabilities.size - 1 or probabilities[c] >= mass:
                into[c] = left
            elif probabilities[c] > 0.0:
                into[c] = rng.binomial(left, probabilities[c] / mass)
            left -= into[c]
            mass -= probabilities[c]


@compiled
def move_unseen(rng: Generator, n: int, k: int, alpha: float, seen: I8, unseen: I8, hits: I8) -> None:
    """Propose other numbers of unseen people in each class that holds seen ones; rates and weights integrated out."""
    widths = int(math.log2(n)) + 5
    for c in range(seen.size):
        if seen[c] == 0:
            continue
        here = unseen_log_target(c, unseen[c], k, alpha, seen, unseen, hits)
        for _ in range(TRIES):
            width = 1 << int(rng.random() * widths)
            other = unseen[c] + int(rng.random() * (2 * width + 1)) - width
            if other < 0:
                continue
            there = unseen_log_target(c, other, k, alpha, seen, unseen, hits)
            if math.log(1.0 - rng.random()) < there - here:
                unseen[c] = other
                here = there


@compiled
def unseen_log_target(c: int, number: float, k: int, alpha: float, seen: I8, unseen: I8, hits: I8) -> float:
    """Log of the joint density with `number` unseen people in class c, up to what does not depend on it."""
    before = unseen[c]
    unseen[c] = number
    total = 0
    for other in range(seen.size):
        total += seen[other] + unseen[other]
    people = seen[c] + number
    value = math.lgamma(total) - math.lgamma(number + 1.0) - k * math.lgamma(people + 2.0)
    for i in range(k):
        value += math.lgamma(people - hits[c, i] + 1.0)
    later = total
    for place in range(min(c + 1, seen.size - 1)):
        size = seen[place] + unseen[place]
        later -= size
        value += log_beta(1.0 + size, alpha + later)
    unseen[c] = before
    return value


@compiled
def swap_places(rng: Generator, k: int, alpha: float, people: I8, hits: I8) -> None:
    """Propose to swap each class with the next on the stick; weights integrated out."""
    later = 0
    for c in range(people.size):
        later += people[c]
    for c in range(people.size - 1):
        first, second = people[c], people[c + 1]
        after = later - first - second
        gain = log_beta(1.0 + second, alpha + after + first) - log_beta(1.0 + first, alpha + after + second)
        if c + 1 < people.size - 1:
            gain += log_beta(1.0 + first, alpha + after) - log_beta(1.0 + second, alpha + after)
        if math.log(1.0 - rng.random()) < gain:
            people[c], people[c + 1] = second, first
            swap_hits(k, c, c + 1, hits)
        later -= people[c]


@compiled
def move_alpha(rng: Generator, alpha: float, prior: F8, people: I8) -> float:
    """Propose another concentration, far or near on the log scale; weights integrated out."""
    for spread in (2.0, 0.5):
        other = alpha * math.exp(spread * rng.normal())
        if other > 1e-9:
            gain = alpha_log_target(other, prior, people) - alpha_log_target(alpha, prior, people)
            if math.log(1.0 - rng.random()) < gain:
                alpha = other
    return alpha


@compiled
def alpha_log_target(alpha: float, prior: F8, people: I8) -> float:
    """Log density of log alpha given the class sizes, up to a constant."""
    return prior[0] * math.log(alpha) - prior[1] * alpha + stick_log_likelihood(alpha, people)


@compiled
def stick_log_likelihood(alpha: float, people: I8) -> float:
    """Log probability of the class sizes in their places on the stick, weights integrated out."""
    value = (people.size - 1.0) * math.log(alpha)
    later = 0
    for c in range(people.size):
        later += people[c]
    for c in range(people.size - 1):
        later -= people[c]
        value += log_beta(1.0 + people[c], alpha + later)
    return value


@compiled
def swap_far(rng: Generator, k: int, alpha: float, prior: F8, people: I8, hits: I8) -> float:
    """Propose to swap any two classes together with a concentration fresh from its prior; weights integrated out."""
    first, second = int(rng.random() * people.size), int(rng.random() * people.size)
    other = rng.gamma(prior[0]) / prior[1]
    if other < 1e-9:
        return alpha
    here = stick_log_likelihood(alpha, people)
    people[first], people[second] = people[second], people[first]
    if math.log(1.0 - rng.random()) < stick_log_likelihood(other, people) - here:
        swap_hits(k, first, second, hits)
        return other
    people[first], people[second] = people[second], people[first]
    return alpha


@compiled
def swap_hits(k: int, first: int, second: int, hits: I8) -> None:
    """Swap two classes' people on each list."""
    for i in range(k):
        held = hits[first, i]
        hits[first, i] = hits[second, i]
        hits[second, i] = held


@compiled
def break_stick(rng: Generator, alpha: float, people: I8, log_weights: F8) -> None:
    """Draw the classes' weights given their sizes, on the log scale."""
    later = 0
    for c in range(people.size):
        later += people[c]
    stick = 0.0
    for c in range(people.size - 1):
        later -= people[c]
        first = math.log(rng.gamma(1.0 + people[c]))
        rest = log_gamma_draw(rng, alpha + later)
        top = max(first, rest)
        both = top + math.log(math.exp(first - top) + math.exp(rest - top))
        log_weights[c] = stick + first - both
        stick += rest - both
    log_weights[people.size - 1] = stick


@compiled
def log_beta(a: float, b: float) -> float:
    """The logarithm of the beta function."""
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


@compiled
def log_gamma_draw(rng: Generator, shape: float) -> float:
    """The logarithm of a Gamma(shape, 1) draw, sound for shapes so small that the draw itself would be 0."""
    return math.log(rng.gamma(shape + 1.0)) + math.log(1.0 - rng.random()) / shape
