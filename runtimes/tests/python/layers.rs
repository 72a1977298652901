//! Programs start where the packages that they import are imported already.

use assay_api::{Limits, Outcome, Program};

use crate::common::{completed, pool, printed, run, script};

/// More than any program here takes that has its packages imported already, and less than importing numpy takes.
const FUEL_WITHOUT_IMPORTS: u64 = 100_000_000;

fn with_memory(source: &str, memory_bytes: u64) -> Outcome {
    let limits = Limits { memory_bytes, ..script("").limits };
    pool().execute(Program { limits, ..script(source) })
}

#[test]
fn what_a_program_imports_is_there_when_it_starts() {
    for package in ["numpy", "pandas", "scipy.stats", "sklearn.linear_model", "sympy", "networkx", "statsmodels.api"] {
        let outcome = with_memory(&format!("def f():\n  import {package} as p\nf()"), 1 << 30);
        assert_eq!(outcome.status, completed(0), "{package}: {}", outcome.stderr.text());
        assert!(outcome.fuel < FUEL_WITHOUT_IMPORTS, "{package}: {}", outcome.fuel);
    }
    assert!(run("pass").peak_memory_bytes < 64 << 20, "other programs start with less");
}

#[test]
fn where_memory_is_short_packages_are_imported_by_the_program() {
    let source = "import numpy\nprint(numpy.arange(4).sum())";
    let (short, ample) = (with_memory(source, 128 << 20), with_memory(source, 1 << 30));
    assert_eq!(short.status, completed(0), "{}", short.stderr.text());
    assert_eq!((short.status, short.stdout), (ample.status, ample.stdout));
    assert!(short.fuel > FUEL_WITHOUT_IMPORTS && ample.fuel < FUEL_WITHOUT_IMPORTS, "{} {}", short.fuel, ample.fuel);
}

#[test]
fn packages_work_as_a_program_imported_them() {
    let source = "
import matplotlib.pyplot as plt, pandas as pd, seaborn as sns, sympy
from sklearn.linear_model import LinearRegression
figure, axes = plt.subplots()
sns.lineplot(x=[1, 2, 3], y=[3, 1, 2], ax=axes)
axes.set_title('a title')
figure.savefig('plot.png')
print(open('plot.png', 'rb').read(4), len(axes.lines))
print(pd.DataFrame({'a': [1, 1, 2], 'b': [1., 2., 3.]}).groupby('a').b.mean().to_dict())
print(LinearRegression().fit([[0], [1]], [1, 3]).predict([[2]]).round(6), sympy.integrate('2*x'))
";
    let outcome = with_memory(source, 1 << 30);
    assert_eq!(outcome.status, completed(0), "{}", outcome.stderr.text());
    let expected = "b'\\x89PNG' 1\n{1: 1.5, 2: 3.0}\n[5.] x**2\n";
    assert_eq!((outcome.stdout.text(), outcome.stderr.text()), (expected.into(), "".into()));
}

#[test]
fn packages_random_numbers_follow_the_seed_whoever_asks_for_them() {
    let source = "import numpy, scipy.stats\nprint(numpy.random.rand(), scipy.stats.norm.rvs())";
    let with_seed = |seed| {
        let limits = Limits { memory_bytes: 1 << 30, ..script("").limits };
        pool().execute(Program { seed, limits, ..script(source) })
    };
    let (one, other) = (with_seed(1), with_seed(2));
    assert!(one.seed_used && other.seed_used);
    let numbers = |outcome: &Outcome| outcome.stdout.text().split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert!(numbers(&one).iter().zip(numbers(&other)).all(|(one, other)| *one != other), "{one:?} {other:?}");
    assert_eq!(with_seed(1), one);
}

#[test]
fn what_a_program_does_to_a_package_ends_with_it() {
    let spoil = "import numpy\nnumpy.sum = numpy.array = None\nnumpy.random.seed(1)\nnumpy.seterr(all='raise')";
    let look = "import numpy\nprint(numpy.sum(numpy.array([1, 2])), numpy.random.rand(), numpy.geterr())";
    let before = with_memory(look, 1 << 30);
    assert_eq!(with_memory(spoil, 1 << 30).status, completed(0));
    assert_eq!(with_memory(look, 1 << 30), before);
}

#[test]
fn plots_need_no_files_of_the_host() {
    let source = "import matplotlib\nprint(matplotlib.get_backend(), matplotlib.get_data_path())";
    assert_eq!(printed(source), "agg /usr/local/lib/python315.zip/matplotlib/mpl-data\n");
}
