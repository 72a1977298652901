"""What the science snapshot has imported on top: the packages that take long to import, and what is used of them."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import matplotlib, matplotlib.dates, matplotlib.pyplot, mpl_toolkits.mplot3d  # noqa: E401
    import networkx, numpy, numpy.testing, pandas, pandas.testing, scipy, seaborn, sympy  # noqa: E401
    import scipy.cluster.hierarchy, scipy.fft, scipy.integrate, scipy.interpolate, scipy.linalg, scipy.ndimage  # noqa: E401
    import scipy.optimize, scipy.signal, scipy.sparse.linalg, scipy.spatial.distance, scipy.special, scipy.stats  # noqa: E401
    import sklearn, sklearn.cluster, sklearn.datasets, sklearn.decomposition, sklearn.ensemble  # noqa: E401
    import sklearn.feature_extraction.text, sklearn.impute, sklearn.linear_model, sklearn.metrics  # noqa: E401
    import sklearn.model_selection, sklearn.naive_bayes, sklearn.neighbors, sklearn.pipeline  # noqa: E401
    import sklearn.preprocessing, sklearn.svm, sklearn.tree, statsmodels.api  # noqa: E401

import assay_chance

# numpy's functions without a generator of the program's own share one, which much of the snapshot refers to: it cannot
# be seeded when it is first used.
assay_chance.seeders.append(lambda seed: numpy.random.seed(seed % 2**32))
