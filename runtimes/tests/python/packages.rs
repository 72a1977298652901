//! The packages that come as wheels are there, whole and as pinned.

use assay_api::Limits;

use crate::common::{completed, end, pool, printed, script, unsupported};

const REQUIREMENTS: &str = include_str!("../../python/packages/requirements.txt");
const KNOWN: &str = include_str!("../../python/harness/assay_packages.py");

/// (name, version) of each package.
fn requirements() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = REQUIREMENTS.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split(" --hash").next().and_then(|pin| pin.split_once("==")).expect("it is pinned"))
}

/// What `source` prints, which imports so much that it needs the fuel of a suite's program.
fn printed_by_importing(source: &str) -> String {
    let mut program = script(source);
    program.limits.fuel = Limits::default().fuel;
    let outcome = pool().execute(program);
    assert_eq!(outcome.status, completed(0), "{}", outcome.stderr.text());
    outcome.stdout.text().into_owned()
}

#[test]
fn every_package_has_its_pinned_version() {
    let names: Vec<&str> = requirements().map(|(name, _)| name).collect();
    let source = format!("from importlib.metadata import version\nfor name in {names:?}: print(version(name))");
    let versions: Vec<&str> = requirements().map(|(_, version)| version).collect();
    assert_eq!(printed(&source).lines().collect::<Vec<_>>(), versions);
}

#[test]
fn every_package_can_be_imported() {
    let source = "
import importlib, os
site = next(path for path in __import__('sys').path if path.endswith('site-packages'))
names = {name.partition('.')[0] for name in os.listdir(site) if not name.endswith('-info')}
for name in sorted(names - {'holidays'}):
    importlib.import_module(name)
print(len(names))";
    let imported: usize = printed_by_importing(&format!("import numpy{source}")).trim().parse().expect("a number");
    assert!(imported > 50, "{imported}");
}

#[test]
fn what_is_installed_is_not_called_missing() {
    let (_, list) = KNOWN.split_once("frozenset(\n    \"\"\"").expect("the list begins so");
    let (list, _) = list.split_once("\"\"\"").expect("the list ends so");
    let source = format!(
        "from importlib.util import find_spec\nfor name in {:?}.split():\n    if find_spec(name): print(name)",
        list.split_whitespace().collect::<Vec<_>>().join(" ")
    );
    assert_eq!(printed(&source), "");
}

#[test]
fn data_of_packages_is_there() {
    let source = "
import docx, pytz
from nltk import word_tokenize
from nltk.corpus import stopwords
print(len(docx.Document().paragraphs), pytz.timezone('Europe/Paris'), 'the' in stopwords.words('english'))
print(word_tokenize('Hello, Mr. Smith.'))";
    assert_eq!(printed_by_importing(source), "0 Europe/Paris True\n['Hello', ',', 'Mr.', 'Smith', '.']\n");
}

/// The first test vector of RFC 7914, section 11.
#[test]
fn keys_are_derived_from_passwords_as_natively() {
    let source = "import hashlib\nprint(hashlib.pbkdf2_hmac('sha256', b'passwd', b'salt', 1, 64).hex())";
    let expected = "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc\
                    49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783\n";
    assert_eq!(printed(source), expected);
}

#[test]
fn nothing_is_fetched_over_http_or_https() {
    for scheme in ["http", "https"] {
        let source = format!("import requests\nrequests.get('{scheme}://example.com')");
        assert_eq!(end(&source), unsupported("sockets"), "{scheme}");
    }
}
