//! Random Python: syntactically valid, mostly sensible, and free to fail when it runs.

use std::fmt::Write as _;

use fastrand::Rng;

/// How deep expressions nest.
const EXPRESSION_DEPTH: u32 = 3;

/// How deep statements nest.
const BLOCK_DEPTH: usize = 2;

/// What every program begins with: variables of every sort, so that names are never unknown.
pub(crate) const PRELUDE: &str = "\
import asyncio, collections, contextlib, functools, itertools, json, os, random, re, sys, threading, time
i0, i1, i2 = 3, -7, 1 << 40
s0, s1, s2 = '', 'naïve 🐍', 'a,b;c' * 5
l0, l1, l2 = [], [3, 1, 2], ['x', None, 2.5, (1, 'y')]
d0, d1, d2 = {}, {'a': 1, 'b': [2]}, collections.Counter('mississippi')
f0 = lambda x: x
f1 = lambda x: len(str(x))
";

/// Writes one program.
pub(crate) struct Grammar<'a> {
    rng: &'a mut Rng,
    source: String,
    /// How many functions there are: `f0`, `f1`, ...
    functions: usize,
    /// How many classes there are: `C0`, `C1`, ...
    classes: usize,
    /// Numbers for names that are used once.
    fresh: usize,
}

impl<'a> Grammar<'a> {
    /// A program of about `statements` statements at its top.
    pub(crate) fn script(rng: &'a mut Rng, statements: usize) -> String {
        let mut grammar = Grammar { rng, source: PRELUDE.to_owned(), functions: 2, classes: 0, fresh: 0 };
        if grammar.rng.u8(..20) == 0 {
            grammar.line(0, "import numpy as np");
            grammar.line(0, "l1 = np.arange(12).reshape(3, 4).sum(axis=0).tolist()");
        }
        for _ in 0..statements {
            grammar.statement(0);
        }
        grammar.line(0, "print(i0, s0[:100], len(l0), sorted(map(str, d0))[:5])");
        grammar.source
    }

    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.source, "{:1$}{text}", "", depth * 4); // a string takes everything
    }

    fn block(&mut self, depth: usize) {
        for _ in 0..self.rng.usize(1..4) {
            self.statement(depth);
        }
    }

    fn statement(&mut self, depth: usize) {
        let simple = depth >= BLOCK_DEPTH || self.rng.bool();
        if simple { self.simple(depth) } else { self.compound(depth) }
    }

    fn simple(&mut self, depth: usize) {
        let (int, text, list, dict) = (self.int(0), self.text(0), self.list(0), self.dict(0));
        let (a, b) = (self.rng.usize(..3), self.rng.usize(..3));
        let text = match self.rng.u8(..24) {
            0..4 => format!("i{a} = {int}"),
            4..6 => format!("s{a} = ({text})[:1000]"),
            6..8 => format!("l{a} = ({list})[:200]"),
            8..10 => format!("d{a} = {dict}"),
            10..13 => format!("print({int}, ({text})[:200], ({list})[:5])"),
            13 => format!("l{a}.append({int})"),
            14 => format!("d{a}[{text}] = {list}"),
            15 => format!("i{a} += {int} % 1000"),
            16 => format!("assert {int} != {int}, {text}"),
            17 => format!("del l{a}[{int} % 3:]"),
            18 => format!("i{a}, *l{b} = {list} or [0]"),
            19 => format!("open('f{a}', 'a').write({text})"),
            20 => format!("s{a} = open('f{b}').read()[:100]"),
            21 => format!("time.sleep(abs({int}) % 3)"),
            22 => format!("print(json.dumps({dict}, default=str)[:300], file=sys.stderr)"),
            _ => "pass".to_owned(),
        };
        self.line(depth, &text);
    }

    fn compound(&mut self, depth: usize) {
        match self.rng.u8(..16) {
            0 | 1 => {
                let (a, list) = (self.rng.usize(..3), self.list(0));
                self.line(
                    depth,
                    &format!("for i{a} in list(range(8)) + [x for x in {list} if isinstance(x, int)][:5]:"),
                );
                self.block(depth + 1);
            }
            2 => {
                let n = self.number();
                self.line(depth, &format!("n{n} = 0"));
                let rounds = self.rng.u8(1..20);
                self.line(depth, &format!("while n{n} < {rounds}:"));
                self.line(depth + 1, &format!("n{n} += 1"));
                self.block(depth + 1);
            }
            3 | 4 => {
                let condition = self.int(0);
                self.line(depth, &format!("if {condition} % 2:"));
                self.block(depth + 1);
                self.line(depth, "else:");
                self.block(depth + 1);
            }
            5..8 => self.attempt(depth),
            8 | 9 => self.function(depth),
            10 => self.generator(depth),
            11 => self.class(depth),
            12 => self.threads(depth),
            13 => self.coroutines(depth),
            14 => {
                self.line(depth, "with contextlib.suppress(Exception), open('g', 'w') as out:");
                self.line(depth + 1, "print(i0, s1, file=out)");
                self.block(depth + 1);
            }
            _ => {
                let value = self.list(0);
                self.line(depth, &format!("match {value}:"));
                self.line(depth + 1, "case [int(i0), *l0] if i0 > 0:");
                self.block(depth + 2);
                self.line(depth + 1, "case [] | [_]:");
                self.block(depth + 2);
                self.line(depth + 1, "case l2:");
                self.block(depth + 2);
            }
        }
    }

    fn attempt(&mut self, depth: usize) {
        self.line(depth, "try:");
        self.block(depth + 1);
        let raised = ["ValueError(s0)", "KeyError", "RuntimeError(i0) from ValueError(l0)", "StopIteration"];
        if self.rng.bool() {
            let raised = raised[self.rng.usize(..raised.len())];
            self.line(depth + 1, &format!("raise {raised}"));
        }
        let caught = ["Exception", "(ValueError, TypeError)", "LookupError", "ArithmeticError"];
        let caught = caught[self.rng.usize(..caught.len())];
        self.line(depth, &format!("except {caught} as error:"));
        self.line(depth + 1, "print(type(error).__name__, str(error)[:200])");
        self.block(depth + 1);
        if self.rng.bool() {
            self.line(depth, "finally:");
            self.block(depth + 1);
        }
    }

    /// A function that calls itself, and is called.
    fn function(&mut self, depth: usize) {
        if depth > 0 {
            return self.simple(depth); // names of functions are those of the module
        }
        let (n, step, value) = (self.functions, self.rng.u8(1..4), self.int(0));
        if self.rng.u8(..4) == 0 {
            self.line(0, "@functools.lru_cache(maxsize=50)");
        }
        self.line(0, &format!("def f{n}(x=5, *rest, k=2):"));
        self.line(1, "global i0, i1, i2, s0, s1, s2, l0, l1, l2, d0, d1, d2");
        self.line(1, "if not isinstance(x, int) or x <= 0:");
        self.line(2, &format!("return {value}"));
        if self.rng.bool() {
            self.block(1);
        }
        let branches = self.rng.usize(1..3);
        let calls = vec![format!("f{n}(min(x, 9) - {step})"); branches].join(" + ");
        self.line(1, &format!("return {calls} + k"));
        self.functions += 1;
        let argument = self.rng.u8(..12);
        self.line(0, &format!("print(f{n}({argument}))"));
    }

    fn generator(&mut self, depth: usize) {
        let (n, value) = (self.number(), self.int(1));
        self.line(depth, &format!("def g{n}(n):"));
        self.line(depth + 1, "for x in range(n):");
        self.line(depth + 2, &format!("got = yield ({value}, x)"));
        self.line(depth + 2, &format!("if got: yield from g{n}(n - 1)"));
        let (a, take) = (self.rng.usize(..3), self.rng.u8(1..30));
        self.line(depth, &format!("l{a} = list(itertools.islice(g{n}(20), {take}))"));
    }

    fn class(&mut self, depth: usize) {
        if depth > 0 {
            return self.simple(depth);
        }
        let n = self.classes;
        let base = if n > 0 && self.rng.bool() { format!("C{}", self.rng.usize(..n)) } else { "object".to_owned() };
        let (first, second) = (self.int(0), self.text(0));
        self.line(0, &format!("class C{n}({base}):"));
        self.line(1, "made = 0");
        self.line(1, "def __init__(self, x=1):");
        self.line(2, "type(self).made += 1");
        self.line(2, &format!("self.x, self.me = x, {first}"));
        self.line(1, &format!("def __repr__(self): return f'C{n}({{self.x}})' + ({second})[:20]"));
        self.line(1, "def __eq__(self, other): return self.x == getattr(other, 'x', other)");
        self.line(1, "def __lt__(self, other): return self.x < other.x");
        self.line(1, "def __hash__(self): return hash(self.x)");
        self.line(1, "def __del__(self): type(self).made -= 1");
        self.classes += 1;
        let count = self.rng.u8(1..30);
        self.line(0, &format!("things = sorted(C{n}(random.randrange(50)) for _ in range({count}))"));
        self.line(0, &format!("print(things[:3], C{n}.made, len(set(things)))"));
    }

    fn threads(&mut self, depth: usize) {
        let (n, value) = (self.number(), self.int(1));
        self.line(depth, &format!("q{n}, lock{n} = collections.deque(), threading.Lock()"));
        self.line(depth, &format!("def t{n}(k):"));
        self.line(depth + 1, &format!("with lock{n}:"));
        self.line(depth + 2, "time.sleep(k % 3 / 10)");
        self.line(depth + 2, &format!("q{n}.append((k, {value}))"));
        let count = self.rng.u8(1..6);
        self.line(depth, &format!("ts = [threading.Thread(target=t{n}, args=(k,)) for k in range({count})]"));
        self.line(depth, "for t in ts: t.start()");
        self.line(depth, "for t in ts: t.join()");
        self.line(depth, &format!("print(list(q{n})[:4])"));
    }

    fn coroutines(&mut self, depth: usize) {
        let (n, value) = (self.number(), self.int(1));
        self.line(depth, &format!("async def a{n}(k):"));
        self.line(depth + 1, "await asyncio.sleep(k % 3 / 10)");
        self.line(depth + 1, &format!("return {value} + k"));
        self.line(depth, &format!("async def b{n}(): return await asyncio.gather(*map(a{n}, range(5)))"));
        self.line(depth, &format!("print(asyncio.run(b{n}()))"));
    }

    fn number(&mut self) -> usize {
        self.fresh += 1;
        self.fresh
    }

    fn int(&mut self, depth: u32) -> String {
        let a = self.rng.usize(..3);
        if depth >= EXPRESSION_DEPTH || self.rng.u8(..3) == 0 {
            return match self.rng.u8(..4) {
                0 => self.rng.i32(-10..100).to_string(),
                1 => format!("{}", self.rng.i64(..)),
                _ => format!("i{a}"),
            };
        }
        let (x, y) = (self.int(depth + 1), self.int(depth + 1));
        match self.rng.u8(..14) {
            0..3 => format!("({x} {} {y})", ["+", "-", "^"][self.rng.usize(..3)]),
            3 => format!("({x} * {y} % 1000003)"),
            4 => format!("({x} {} {y})", ["//", "%"][self.rng.usize(..2)]),
            5 => format!("len({})", self.list(depth + 1)),
            6 => format!("sum(x for x in {} if isinstance(x, int))", self.list(depth + 1)),
            7 => format!("hash({})", self.text(depth + 1)),
            8 => format!("int({})", self.text(depth + 1)),
            9 => format!("({x} if {y} > 3 else i{a})"),
            10 => "random.randrange(1000)".to_owned(),
            11 => format!("f{}({x} % 10)", self.rng.usize(..self.functions)),
            12 => format!("max({x}, {y}, key=lambda v: v % 7)"),
            _ => format!("d{a}.get('a', {x})"),
        }
    }

    fn text(&mut self, depth: u32) -> String {
        let a = self.rng.usize(..3);
        if depth >= EXPRESSION_DEPTH || self.rng.u8(..3) == 0 {
            return match self.rng.u8(..3) {
                0 => ["'42'", "'{}'", "'é\\x00\\ud800'", "r'\\d+'", "'x' * 50"][self.rng.usize(..5)].to_owned(),
                _ => format!("s{a}"),
            };
        }
        let (x, y) = (self.text(depth + 1), self.text(depth + 1));
        match self.rng.u8(..9) {
            0 => format!("str({})", self.int(depth + 1)),
            1 => format!("({x} + {y})[:500]"),
            2 => format!("f'{{i{a}:>8}}-{{s{a}[:9]!r}}'"),
            3 => format!("re.sub(r'[aeiou]|\\d+', lambda m: m[0].upper(), {x})"),
            4 => format!("({x})[::-1]"),
            5 => format!("json.dumps({}, default=repr)[:500]", self.list(depth + 1)),
            6 => format!("', '.join(map(str, {}))[:500]", self.list(depth + 1)),
            7 => format!("({x}).replace({y} or 'a', 'b')[:500]"),
            _ => format!("repr({})[:500]", self.dict(depth + 1)),
        }
    }

    fn list(&mut self, depth: u32) -> String {
        let a = self.rng.usize(..3);
        if depth >= EXPRESSION_DEPTH || self.rng.u8(..3) == 0 {
            return format!("l{a}");
        }
        let (x, n) = (self.int(depth + 1), self.rng.u8(..30));
        match self.rng.u8(..8) {
            0 => format!("[{x}, {}, None]", self.text(depth + 1)),
            1 => format!("[x * {x} for x in range({n}) if x % 3]"),
            2 => format!("sorted({}, key=str)", self.list(depth + 1)),
            3 => format!("list({}.items())", self.dict(depth + 1)),
            4 => format!("random.sample(range(1000), {n})"),
            5 => format!("re.findall(r'\\w+', {})", self.text(depth + 1)),
            6 => format!("[(x, y) for x in 'ab' for y in {}][:50]", self.list(depth + 1)),
            _ => format!("list(itertools.accumulate(range({n})))"),
        }
    }

    fn dict(&mut self, depth: u32) -> String {
        let a = self.rng.usize(..3);
        if depth >= EXPRESSION_DEPTH || self.rng.bool() {
            return format!("d{a}");
        }
        match self.rng.u8(..4) {
            0 => format!("{{str(x): x ** 2 for x in range({})}}", self.rng.u8(..30)),
            1 => format!("dict(collections.Counter({}))", self.text(depth + 1)),
            2 => format!("{{**d{a}, {}: {}}}", self.text(depth + 1), self.int(depth + 1)),
            _ => format!("dict(enumerate({}))", self.list(depth + 1)),
        }
    }
}
