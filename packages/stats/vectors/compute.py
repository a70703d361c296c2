"""Computes the test vectors of this folder: python3 compute.py (scipy 1.17.1, numpy, statsmodels 0.15.0)."""
import json
import pathlib

import numpy as np
import scipy
import statsmodels
from scipy import special, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import ttost_ind, ttost_paired

HERE = pathlib.Path(__file__).parent
SOURCE = f"scipy {scipy.__version__}, numpy {np.__version__}, statsmodels {statsmodels.__version__}; compute.py"


def write(name, **content):
    text = json.dumps({"source": SOURCE, **content}, indent=1, default=float)
    (HERE / f"{name}.json").write_text(text + "\n")


def weyl(index):
    """Uniform numbers that any language repeats exactly: (index + 1) * 2654435769 mod 2^32 / 2^32."""
    return ((np.asarray(index, dtype=np.uint64) + 1) * 2654435769 % 2**32) / 2**32


class WeylGenerator(np.random.Generator):
    """Draws resample positions from weyl() in order, for scipy.stats.bootstrap."""

    def __init__(self):
        super().__init__(np.random.PCG64(0))
        self.drawn = 0

    def integers(self, low, high=None, size=None, dtype=np.int64, endpoint=False):
        count = int(np.prod(size))
        uniform = weyl(np.arange(self.drawn, self.drawn + count)).reshape(size)
        self.drawn += count
        return np.floor(uniform * high).astype(np.int64)


def sample(seed, n, kind="lognormal"):
    rng = np.random.default_rng(seed)
    values = rng.lognormal(3, 0.5, n) if kind == "lognormal" else rng.normal(50, 5, n)
    return [round(float(v), 3) for v in values]


def distributions():
    beta = [(0.5, 2, 3), (0.01, 0.5, 0.5), (0.99, 661, 2), (0.9999, 66380, 2), (0.999, 999000, 1001), (0.3, 30, 70),
            (0.5, 500000, 500000), (1e-6, 1, 1e6), (0.2, 0.5, 40), (0.97, 12.5, 0.5)]
    binomial = [(3, 10, 0.5), (0, 459, 0.01), (9900, 10000, 0.99), (989804, 1000000, 0.99), (5, 1000, 0.001), (48, 100, 0.5)]
    z = [-8.5, -5, -3, -1.96, -0.5, -1e-9, 0, 0.3, 1, 1.4142, 2.5, 2.9, 4, 6]
    p = [1e-300, 1e-12, 1e-4, 0.025, 0.07, 0.075, 0.3, 0.5, 0.6, 0.93, 0.975, 0.9999, 1 - 1e-9]
    t = [(-40, 3), (-2.5, 1), (-1e-6, 7), (0.2, 2.5), (1.96, 1000), (12, 4.4), (3, 1e6)]
    tq = [(0.975, 1), (0.975, 9), (0.95, 2.7), (0.995, 30), (0.0005, 5), (0.6, 100), (0.975, 1e5)]
    write("distributions",
          incompleteBeta=[[x, a, b, special.betainc(a, b, x)] for x, a, b in beta],
          binomialCdf=[[k, n, q, stats.binom.cdf(k, n, q)] for k, n, q in binomial],
          normalCdf=[[v, stats.norm.cdf(v)] for v in z],
          normalQuantile=[[v, stats.norm.ppf(v)] for v in p],
          studentTCdf=[[v, df, stats.t.cdf(v, df)] for v, df in t],
          studentTQuantile=[[v, df, stats.t.ppf(v, df)] for v, df in tq],
          kolmogorovTail=[[v, special.kolmogorov(v)] for v in (0.3, 0.6, 0.99, 1, 1.3, 2, 4)])


def intervals():
    values = sample(1, 40)
    rows = []
    for n, q, level in [(11, 0.5, 0.95), (100, 0.5, 0.95), (100, 0.9, 0.95), (662, 0.99, 0.95), (500, 0.99, 0.9), (10000, 0.99, 0.95),
                        (20, 0.25, 0.8), (5, 0.5, 0.95), (100, 0.99, 0.95), (200000, 0.999, 0.99)]:
        tail = (1 - level) / 2
        ranks = np.arange(0, n + 2)
        low = int(ranks[stats.binom.cdf(ranks - 1, n, q) <= tail].max())
        high = int(ranks[stats.binom.sf(ranks - 1, n, q) <= tail].min())
        inside = low >= 1 and high <= n
        coverage = float(stats.binom.cdf(high - 1, n, q) - stats.binom.cdf(low - 1, n, q))
        rows.append([n, q, level, [low, high, coverage] if inside else None])
    wilson = []
    for k, n, level in [(0, 10, 0.95), (10, 10, 0.95), (3, 200, 0.95), (197, 200, 0.9), (1, 1, 0.99)]:
        ci = stats.binomtest(k, n).proportion_ci(level, method="wilson")
        wilson.append([k, n, level, ci.low, ci.high])
    t = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
    quantiles = [[q, float(np.quantile(values, q)), float(np.quantile(values, q, method="inverted_cdf"))]
                 for q in (0, 0.1, 0.25, 0.5, 0.77, 0.9, 0.95, 0.99, 1)]
    write("intervals", values=values, quantiles=quantiles, tMean95=[t[0], t[1]], ranks=rows, wilson=wilson,
          mean=np.mean(values), variance=np.var(values, ddof=1))


def bootstrap():
    cases = []
    for name, statistic in (("mean", np.mean), ("variance", lambda x, axis: np.var(x, axis=axis, ddof=1))):
        for method in ("percentile", "BCa"):
            values = sample(2, 25)
            ci = stats.bootstrap((values,), statistic, n_resamples=999, confidence_level=0.9, method=method,
                                 rng=WeylGenerator()).confidence_interval
            cases.append({"statistic": name, "method": method, "values": values, "resamples": 999, "level": 0.9,
                          "low": ci.low, "high": ci.high})
    values = sample(3, 60)
    blocks, n, length = -(-60 // 7), 60, 7
    means = []
    for r in range(500):
        starts = np.floor(weyl(np.arange(r * blocks, (r + 1) * blocks)) * n).astype(int)
        index = np.concatenate([(s + np.arange(length)) % n for s in starts])[:n]
        means.append(np.mean(np.array(values)[index]))
    block = {"values": values, "blockLength": length, "resamples": 500, "level": 0.95,
             "low": np.quantile(means, 0.025), "high": np.quantile(means, 0.975)}
    write("bootstrap", cases=cases, block=block)


def comparisons():
    flips = []
    for n, shift in [(1, 1), (5, 3), (6, 3), (10, 0.4), (12, -0.5), (14, 0)]:
        d = [round(float(v), 3) for v in np.random.default_rng(n).normal(shift, 1, n)]
        if n in (5, 6):
            d = [abs(v) for v in d]
        if n == 1:
            p = 1.0
        else:
            p = stats.permutation_test((d,), lambda x, axis: np.mean(x, axis=axis), permutation_type="samples",
                                       n_resamples=np.inf, vectorized=True).pvalue
        flips.append({"differences": d, "pValue": p})
    pairs = [(sample(4, 8), sample(5, 9)), (sample(6, 20), [round(v * 1.4, 3) for v in sample(7, 20)]),
             (sample(8, 120), [round(v + 2, 3) for v in sample(9, 90)]),
             ([1, 2, 2, 3, 3, 3, 4], [2, 3, 3, 4, 5, 5, 6, 6]), ([1, 1, 1], [1, 1, 1, 1]), ([5.5], [1, 2, 3])]
    whitney, smirnov = [], []
    for a, b in pairs:
        tied = len(set(a + b)) < len(a) + len(b)
        exact = not tied and len(a) * len(b) <= 400
        with np.errstate(all="ignore"):
            r = stats.mannwhitneyu(a, b, method="exact" if exact else "asymptotic", use_continuity=True)
        p = 1.0 if np.isnan(r.pvalue) else r.pvalue
        whitney.append({"first": a, "second": b, "u": r.statistic, "pValue": p, "method": "exact" if exact else "normal"})
        k = stats.ks_2samp(a, b, method="exact")
        smirnov.append({"first": a, "second": b, "distance": k.statistic, "pValue": k.pvalue})
    tost = []
    for low, high in [(-3, 3), (-0.5, 0.5), (0, 10)]:
        a, b = sample(10, 30, "normal"), sample(11, 25, "normal")
        p, _, _ = ttost_ind(a, b, low, high, usevar="unequal")
        c, d = a[:20], [round(v + 0.5, 3) for v in b[:20]]
        pp, _, _ = ttost_paired(np.array(c), np.array(d), low, high)
        tost.append({"low": low, "high": high, "first": a, "second": b, "pValue": p,
                     "pairedDifferences": list(np.array(c) - np.array(d)), "pairedPValue": pp,
                     "degreesOfFreedom": stats.ttest_ind(a, b, equal_var=False).df})
    adjust = []
    for p in ([0.01, 0.04, 0.03], [0.001, 0.8, 0.02, 0.02, 0.049, 1, 0.3], [0.5], [0.2, 0.2, 0.2]):
        adjust.append({"pValues": p, "holm": list(multipletests(p, method="holm")[1]),
                       "benjaminiHochberg": list(stats.false_discovery_control(p))})
    write("comparisons", signFlip=flips, mannWhitney=whitney, kolmogorovSmirnov=smirnov, equivalence=tost, adjust=adjust)


distributions()
intervals()
bootstrap()
comparisons()
