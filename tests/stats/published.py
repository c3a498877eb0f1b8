"""Small data sets of the literature, and one of our own with many ties, for the tests."""

import numpy as np

# Freireich EJ et al. Blood 1963;21:699-716: weeks of remission of acute leukaemia under
# 6-mercaptopurine (21 patients, 12 censored) and placebo (21 patients). Also Gehan 1965, Cox 1972.
MERCAPTOPURINE_TIME = np.array(
    [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
)
MERCAPTOPURINE_EVENT = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])
PLACEBO_TIME = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23])
LEUKAEMIA_TIME = np.concatenate([MERCAPTOPURINE_TIME, PLACEBO_TIME])
LEUKAEMIA_EVENT = np.concatenate([MERCAPTOPURINE_EVENT, np.ones(21, dtype=int)])
LEUKAEMIA_PLACEBO = np.repeat([0, 1], 21)

# Bland JM, Altman DG. The logrank test. BMJ 2004;328:1073: weeks to death with recurrent glioma,
# 20 astrocytomas and 31 glioblastomas.
ASTROCYTOMA_TIME = np.array(
    [6, 13, 21, 30, 31, 37, 38, 47, 49, 50, 63, 79, 80, 82, 82, 86, 98, 149, 202, 219]
)
ASTROCYTOMA_EVENT = np.array([1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0, 1, 1])
GLIOBLASTOMA_TIME = np.array(
    [
        10, 10, 12, 13, 14, 15, 16, 17, 18, 20, 24, 24, 25, 28, 30, 33, 34, 35, 37, 40,
        40, 40, 46, 48, 70, 76, 81, 82, 91, 112, 181,
    ]
)  # fmt: skip
GLIOBLASTOMA_EVENT = np.array([1] * 16 + [0] + [1] * 4 + [0, 1, 1, 0] + [1] * 6)
GLIOMA_TIME = np.concatenate([ASTROCYTOMA_TIME, GLIOBLASTOMA_TIME])
GLIOMA_EVENT = np.concatenate([ASTROCYTOMA_EVENT, GLIOBLASTOMA_EVENT])
GLIOMA_ASTROCYTOMA = np.repeat([1, 0], [20, 31])

# Ours: three groups, many ties, censoring at event times, one covariate.
THREE_TIME = np.array(
    [
        3, 5, 5, 8, 8, 8, 12, 12, 15, 20, 2, 5, 8, 8, 9, 12, 13, 13, 18, 22,
        1, 2, 3, 3, 5, 8, 8, 10, 12, 12,
    ]
)  # fmt: skip
THREE_EVENT = np.array(
    [1, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1]
)
THREE_GROUP = np.repeat(["A", "B", "C"], 10)
THREE_AGE = np.array(
    [
        61, 45, 52, 38, 70, 55, 49, 66, 58, 41, 50, 63, 47, 71, 39, 44, 57, 60, 35, 48,
        68, 53, 62, 46, 59, 72, 40, 65, 51, 54,
    ]
)  # fmt: skip
THREE_OUTCOME = np.array(
    [1, 0, 1, 0, 1, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 0, 0, 1]
)
THREE_IS_B = (THREE_GROUP == "B").astype(float)
THREE_IS_C = (THREE_GROUP == "C").astype(float)

# Bliss CI. Ann Appl Biol 1935;22:134-67: beetles killed by carbon disulphide; Dobson's chapter 7.
BEETLE_DOSE = np.array([1.6907, 1.7242, 1.7552, 1.7842, 1.8113, 1.8369, 1.8610, 1.8839])
BEETLE_TOTAL = np.array([59, 60, 62, 56, 63, 59, 62, 60])
BEETLE_KILLED = np.array([6, 13, 18, 28, 52, 53, 61, 60])

# Longley JW. J Am Stat Assoc 1967;62:819-41, with the certified values of NIST's StRD: price
# deflator, product, unemployed, armed forces, population, year; employed.
LONGLEY = np.array(
    [
        [83.0, 234289, 2356, 1590, 107608, 1947, 60323],
        [88.5, 259426, 2325, 1456, 108632, 1948, 61122],
        [88.2, 258054, 3682, 1616, 109773, 1949, 60171],
        [89.5, 284599, 3351, 1650, 110929, 1950, 61187],
        [96.2, 328975, 2099, 3099, 112075, 1951, 63221],
        [98.1, 346999, 1932, 3594, 113270, 1952, 63639],
        [99.0, 365385, 1870, 3547, 115094, 1953, 64989],
        [100.0, 363112, 3578, 3350, 116219, 1954, 63761],
        [101.2, 397469, 2904, 3048, 117388, 1955, 66019],
        [104.6, 419180, 2822, 2857, 118734, 1956, 67857],
        [108.4, 442769, 2936, 2798, 120445, 1957, 68169],
        [110.8, 444546, 4681, 2637, 121950, 1958, 66513],
        [112.6, 482704, 3813, 2552, 123366, 1959, 68655],
        [114.2, 502601, 3931, 2514, 125368, 1960, 69564],
        [115.7, 518173, 4806, 2572, 127852, 1961, 69331],
        [116.9, 554894, 4007, 2827, 130081, 1962, 70551],
    ]
)


def binary_table(x1: int, n1: int, x0: int, n0: int) -> tuple[np.ndarray, np.ndarray]:
    """Return exposure and outcome of each subject of a 2x2 table: x1/n1 exposed, x0/n0 not."""
    exposure = np.repeat([1.0, 0.0], [n1, n0])
    outcome = np.repeat([1.0, 0.0, 1.0, 0.0], [x1, n1 - x1, x0, n0 - x0])
    return exposure, outcome


# Kleinbaum DG, Klein M. Survival analysis, 3rd ed. Springer, 2012: log white blood cell count of
# the same 42 patients with leukaemia (those on 6-mercaptopurine by time, then those on placebo),
# and the three classes of it of chapter 2: up to 2.30, up to 3.00, above.
LEUKAEMIA_LOG_WBC = np.array(
    [
        2.31, 4.06, 3.28, 3.20, 4.43, 2.80, 2.96, 2.70, 2.60, 2.88, 3.60, 2.16, 2.05, 2.01,
        2.32, 2.57, 1.78, 2.20, 2.53, 1.47, 1.45,
        2.80, 5.00, 4.91, 4.48, 4.01, 4.36, 2.42, 3.49, 3.97, 3.52, 3.05, 2.32, 3.26, 3.49,
        2.12, 1.50, 3.06, 2.30, 2.95, 2.73, 1.97,
    ]
)  # fmt: skip
LEUKAEMIA_WBC_CLASS = np.digitize(LEUKAEMIA_LOG_WBC, [2.305, 3.005])

# Endometrial cancer study of E. Asseryanis, G. Breitenecker and M. Quinn: Heinze G, Schemper M.
# Stat Med 2002;21:2409-19, as in the R package brglm2: neovascularisation, pulsatility index of the
# arteria uterina, endometrium height, high grade
PULSATILITY = (
    "13 16 8 34 20 5 17 10 26 17 8 7 20 10 18 16 18 8 29 12 20 38 22 7 25 15 7 28 11 19 10 "
    "10 18 14 21 11 17 25 16 19 15 33 24 48 12 19 2 22 40 5 0 21 15 29 15 12 3 20 23 12 22 "
    "42 15 13 14 19 12 13 10 12 49 6 5 17 11 21 5 19 33 "
)
HEIGHT = (
    "1.64 2.26 3.14 2.68 1.28 2.31 1.8 1.68 1.56 2.31 2.01 1.89 3.15 1.23 1.27 1.76 2 2.64 "
    "0.88 1.27 1.37 0.97 1.14 0.88 0.91 0.58 0.97 1.5 1.33 2.37 1.82 3.13 1.31 1.92 1.64 "
    "2.01 1.88 1.93 2.11 1.29 1.72 0.75 1.92 1.84 1.11 1.61 1.18 1.44 1.18 0.93 1.17 1.19 "
    "1.06 2.02 2.29 2.33 2.9 1.7 1.41 2.25 1.54 1.97 1.75 2.16 2.57 1.37 3.61 2.04 2.17 1.69 "
    "0.27 1.84 1.3 0.96 1.01 0.98 0.35 1.02 0.85 "
)
ENDOMETRIAL = np.column_stack(
    [
        np.array(
            list("0000000000000000000001111100000000000000000000011110000000000000000000100011010"),
            float,
        ),
        np.array(PULSATILITY.split(), float),
        np.array(HEIGHT.split(), float),
        np.array(
            list("0000000000000000011111111110000000000000000111111111100000000000000001111111111"),
            float,
        ),
    ]
)
