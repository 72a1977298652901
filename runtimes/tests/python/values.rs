//! The encoding of values between two instances.

use assay_api::{Entry, Limits};

use crate::common::{completed, judged, pool};

/// Runs `candidate` and `judge`; the judge must end well.
fn agrees(candidate: &str, judge: &str) {
    let mut program = judged(candidate, judge);
    if let Entry::Judged { candidate, .. } = &mut program.entry {
        candidate.limits = Limits::default(); // a million parts take some fuel
    }
    let outcome = pool().execute(program);
    let passed = outcome.record.as_ref().is_some_and(|record| record.passed());
    assert!(passed && outcome.status == completed(0), "{outcome:?}\n{}", outcome.stderr.text());
}

/// Answers a value with the same value, as the candidate understands it.
const ECHO: &str = "import assay\nassay.serve(lambda m: assay.encode(assay.decode(m)))";

#[test]
fn values_come_back_as_they_are() {
    agrees(
        ECHO,
        r#"
import assay, math, random

def same(a, b):
    if type(a) is not type(b): return False
    if type(a) in (list, tuple): return len(a) == len(b) and all(map(same, a, b))
    if type(a) is dict: return list(a) == list(b) and all(map(same, a.values(), b.values()))
    if type(a) in (set, frozenset): return sorted(map(hash, a)) == sorted(map(hash, b))
    return a == b if type(a) is int else repr(a) == repr(b)

def back(value):
    return assay.decode(assay.call(assay.encode(value)))

leaves = [None, True, False, 0, -1, 2**63 - 1, 2**63, -2**63, -2**63 - 1, 10**5000, -10**50, 0.0, -0.0, 1e308, 5e-324, 0.1,
          math.nan, math.inf, -math.inf, 1j, complex(-0.0, math.nan), '', 'é\0\n"\\', '\ud800', '𝄞', b'', bytes(range(256)),
          bytearray(b'x'), [], (), {}, set(), frozenset()]
for leaf in leaves:
    assert same(back(leaf), leaf), type(leaf)

rng = random.Random(5)
hashable = [leaf for leaf in leaves if type(leaf) not in (list, dict, set, bytearray) and leaf == leaf]
def value(depth):
    kind = rng.randrange(7) if depth else 0
    if kind == 0: return rng.choice(leaves)
    size = rng.randrange(4)
    if kind == 1: return [value(depth - 1) for _ in range(size)]
    if kind == 2: return tuple(value(depth - 1) for _ in range(size))
    if kind == 3: return {rng.choice(hashable): value(depth - 1) for _ in range(size)}
    if kind == 4: return set(rng.sample(hashable, size))
    if kind == 5: return frozenset(rng.sample(hashable, size))
    return {'t': value(depth - 1), 'd': value(depth - 1)}
for _ in range(300):
    made = value(4)
    assert same(back(made), made)
"#,
    );
}

#[test]
fn instances_of_derived_classes_are_sent_as_what_they_derive_from() {
    agrees(
        r#"
import assay, collections, enum
class I(int):
    def __index__(self): return 1 / 0
    __int__ = __pos__ = __repr__ = __index__
class L(list):
    def __iter__(self): return iter('lies')
    __getitem__ = __len__ = __iter__
class D(dict):
    def items(self): return [('lies', 1)]
    __iter__ = keys = items
class S(str):
    def __str__(self): return 'lies'
class E(enum.IntEnum): A = 7
P = collections.namedtuple('P', 'x y')
made = [I(5), L([1, 2]), D(a=1), S('true'), E.A, P(1, 2), collections.Counter('aab'), collections.OrderedDict(z=1),
        collections.defaultdict(list, q=[1]), True]
assay.serve(lambda m: assay.encode(made))
"#,
        r#"
import assay
made = assay.decode(assay.call(b''))
assert made == [5, [1, 2], {'a': 1}, 'true', 7, (1, 2), {'a': 2, 'b': 1}, {'z': 1}, {'q': [1]}, True], made
assert [type(v) for v in made] == [int, list, dict, str, int, tuple, dict, dict, dict, bool]
"#,
    );
}

#[test]
fn what_is_no_value_is_refused_where_it_is() {
    agrees(
        r#"
import assay
loop = []
loop.append(loop)
deep = 1
for _ in range(300): deep = [deep]
wide = [1]
for _ in range(30): wide = [wide, wide]
cases = [object(), len, int, iter([]), (x for x in ()), Exception(), {1: object()}, loop, deep, wide]
def handle(message):
    try: assay.encode(cases[message[0]])
    except assay.BadValue: return b'refused'
    return b'sent'
assay.serve(handle)
"#,
        "import assay\nfor n in range(10): assert assay.call(bytes([n])) == b'refused', n",
    );
}

#[test]
fn a_message_that_holds_no_value_is_refused_and_runs_nothing() {
    agrees(
        ECHO,
        r#"
import assay
bad = [b'', b' ', b'1 2', b'[', b'[1,]', b'{}', b'{"t":1}', b'{"t":[1],"s":[2]}', b'{"x":[]}', b'{"d":[1]}', b'{"s":[[]]}',
       b'{"d":[[],1]}', b'{"c":[1]}', b'{"c":["a","b"]}', b'{"c":[1,2]}', b'{"i":5}', b'{"i":"x"}', b'{"b":"0"}', b'{"b":5}',
       b'{"b":null}', b'\xff', '"é"'.encode(), b'nul', b'[' * 100_000, b'{"t":[' * 5000, b'[' * 300 + b']' * 300,
       b'1' * 5000, b'"\x01"', b'cposix\nsystem\n(S"x"\ntR.', b'\x80\x04K\x01.']
for message in bad:
    try: made = assay.decode(message)
    except assay.BadValue: continue
    raise AssertionError((message[:50], made))
for message in ('x', None, bytearray(b'1'), [1]):
    try: assay.decode(message)
    except assay.BadValue: continue
    raise AssertionError(message)
"#,
    );
}
