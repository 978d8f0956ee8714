"""Compares what oracle_statistics printed with scipy and numpy: compare_with_scipy.py EXPORT."""
import json
import subprocess
import sys

try:
    import numpy as np
    import scipy
    import scipy.stats as s
except ImportError as e:
    print(f"skipped: {e} (Debian: apt-get install python3-scipy)")
    sys.exit(77)


def residual(x, z):
    design = np.column_stack([np.ones(len(x)), *z])
    return x - design @ np.linalg.lstsq(design, x, rcond=None)[0]


def two_one_sided(test, difference, error, freedom, margin):
    reach = s.t.ppf(0.95, freedom) * error
    return [test(-margin, "greater"), test(margin, "less"), difference - reach, difference + reach]


def two_means(x, y, z):
    margin, v, w = z[0][0], np.var(x, ddof=1) / len(x), np.var(y, ddof=1) / len(y)
    freedom = (v + w) ** 2 / (v**2 / (len(x) - 1) + w**2 / (len(y) - 1))
    return two_one_sided(lambda shift, tail: s.ttest_ind(x - shift, y, equal_var=False, alternative=tail).pvalue,
                         x.mean() - y.mean(), np.sqrt(v + w), freedom, margin)


def one_mean(x, y, z):
    return two_one_sided(lambda shift, tail: s.ttest_1samp(x, y[0] + shift, alternative=tail).pvalue, x.mean() - y[0],
                         s.sem(x), len(x) - 1, z[0][0])


def hedges_g(x, y, z):
    n, m = len(x), len(y)
    d = (x.mean() - y.mean()) / np.sqrt(((n - 1) * np.var(x, ddof=1) + (m - 1) * np.var(y, ddof=1)) / (n + m - 2))
    f = n + m - 2
    return d * np.exp(scipy.special.gammaln(f / 2) - scipy.special.gammaln((f - 1) / 2)) / np.sqrt(f / 2)


def power(x, y, z):
    d, n, m = x
    two, one, f = d * np.sqrt(n * m / (n + m)), d * np.sqrt(n), n + m - 2
    return [s.nct.sf(s.t.ppf(0.975, f), f, two) + s.nct.cdf(-s.t.ppf(0.975, f), f, two),
            s.nct.sf(s.t.ppf(0.99, f), f, two), s.nct.sf(s.t.ppf(0.95, n - 1), n - 1, one)]


def pair(result):
    return [result.statistic, result.pvalue]


EXPECTED = {
    "kendall_tau_b": lambda x, y, z: s.kendalltau(x, y).statistic,
    "partial_pearson": lambda x, y, z: s.pearsonr(residual(x, z), residual(y, z)).statistic,
    "partial_spearman": lambda x, y, z: EXPECTED["partial_pearson"](s.rankdata(x), s.rankdata(y), [s.rankdata(c) for c in z]),
    "hedges_g": hedges_g,
    "cohen_dz": lambda x, y, z: (x - y).mean() / (x - y).std(ddof=1),
    "ks_uniform": lambda x, y, z: pair(s.kstest(x, "uniform")),
    "ks_two_sample": lambda x, y, z: pair(s.ks_2samp(x, y, method="exact")),
    "equivalence_of_means": two_means,
    "equivalence_to_number": one_mean,
    "power": power,
}


def main(export):
    lines = subprocess.run([export], check=True, capture_output=True, text=True).stdout.splitlines()
    worst = dict.fromkeys(EXPECTED, 0.0)
    for line in lines:
        case = json.loads(line)
        x, y, z = np.array(case["x"]), np.array(case["y"]), [np.array(c) for c in case["z"]]
        expected = np.atleast_1d(EXPECTED[case["what"]](x, y, z))
        found = np.array(case["found"], dtype=float)
        error = np.abs(found - expected) / np.maximum(np.abs(expected), 1e-8)
        worst[case["what"]] = max(worst[case["what"]], error.max() if np.isfinite(error).all() else np.inf)
    print(f"{len(lines)} cases; largest relative differences from scipy {scipy.__version__}:")
    for name, error in worst.items():
        print(f"  {name:22} {error:.1e}")
    return 0 if len(lines) == 60 * len(EXPECTED) and max(worst.values()) < 1e-7 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
