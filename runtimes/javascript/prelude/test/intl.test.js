import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import vm from 'node:vm';
import { bundle } from '../build.js';

const outfile = join(mkdtempSync(join(tmpdir(), 'intl-test-')), 'intl.js');
await bundle('src/intl.js', outfile);
const context = vm.createContext({});
vm.runInContext('delete globalThis.Intl', context);
vm.runInContext(readFileSync(outfile, 'utf8'), context);

const INSTANT = 'new Date(Date.UTC(2024, 1, 29, 13, 5, 9))';
const UTC = 'timeZone: "UTC"';
const CASES = [
  '(1234567.891).toLocaleString()', '(1234567.891).toLocaleString("en-US")', '(1234567.891).toLocaleString("de-DE")', '(1234567.891).toLocaleString("en-IN")', '(1234567.891).toLocaleString("es-ES")', '(0).toLocaleString()', '(-1e21).toLocaleString()', '(1234.5).toLocaleString("en-US", { style: "currency", currency: "USD" })', '(1234.5).toLocaleString("en-US", { style: "currency", currency: "EUR" })', '(1234.5).toLocaleString("ja-JP", { style: "currency", currency: "JPY" })', '(0.256).toLocaleString("en-US", { style: "percent" })', '(5).toLocaleString("en-US", { minimumFractionDigits: 2 })', '(1.23456).toLocaleString("en-US", { maximumFractionDigits: 2 })', '(7).toLocaleString("en-US", { minimumIntegerDigits: 2 })', '(123456).toLocaleString("en-US", { useGrouping: false })', '(123456n).toLocaleString()',
  'new Intl.NumberFormat("en-US", { notation: "compact" }).format(1234567)', 'new Intl.NumberFormat("en-US", { style: "unit", unit: "kilometer-per-hour" }).format(50)', 'new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 }).format(123456)', 'new Intl.NumberFormat("en-US").formatToParts(1234.5).map((p) => p.type)', 'Intl.NumberFormat("en").format(1e3)',
  `${INSTANT}.toLocaleDateString("en-US", { ${UTC} })`, `${INSTANT}.toLocaleDateString("en-GB", { ${UTC} })`, `${INSTANT}.toLocaleDateString("de-DE", { ${UTC} })`, `${INSTANT}.toLocaleDateString("en-US", { weekday: "long", year: "numeric", month: "long", day: "numeric", ${UTC} })`, `${INSTANT}.toLocaleDateString("en-US", { month: "short", day: "2-digit", ${UTC} })`, `${INSTANT}.toLocaleTimeString("en-US", { ${UTC} })`, `${INSTANT}.toLocaleTimeString("en-US", { hour: "2-digit", minute: "2-digit", ${UTC} })`, `${INSTANT}.toLocaleTimeString("en-GB", { ${UTC} })`, `${INSTANT}.toLocaleString("en-US", { ${UTC} })`, `${INSTANT}.toLocaleString("en-US", { hour12: false, ${UTC} })`, `${INSTANT}.toLocaleString("en-US", { timeZone: "America/New_York" })`, `${INSTANT}.toLocaleString("en-US", { timeZone: "Asia/Tokyo", timeZoneName: "short" })`, `${INSTANT}.toLocaleDateString("fr-FR", { dateStyle: "full", ${UTC} })`, `new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "short", ${UTC} }).format(${INSTANT})`, `new Intl.DateTimeFormat("en-US", { year: "numeric", month: "2-digit", ${UTC} }).formatToParts(${INSTANT}).map((p) => p.value)`, `${INSTANT}.toLocaleDateString(undefined, { month: "long", ${UTC} })`,
  'new Intl.PluralRules("en").select(1)', 'new Intl.PluralRules("en", { type: "ordinal" }).select(22)', 'new Intl.ListFormat("en", { type: "conjunction" }).format(["a", "b", "c"])', 'new Intl.ListFormat("en", { type: "disjunction" }).format(["a", "b"])', 'new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-1, "day")', 'new Intl.RelativeTimeFormat("en").format(3, "hours")', 'Intl.getCanonicalLocales("EN-us")', 'new Intl.Locale("en-Latn-US").language',
  '["z", "ä", "a", "Z", "A", "á"].sort((a, b) => a.localeCompare(b))', '["b10", "b2", "b1"].sort(new Intl.Collator("en", { numeric: true }).compare)', '"a".localeCompare("A", undefined, { sensitivity: "base" })', '"résumé".localeCompare("resume", "en", { sensitivity: "base" })', '"a".localeCompare("b")', '"a".localeCompare("A")', '"A".localeCompare("a")', '"a b".localeCompare("ab")', '"".localeCompare("a")', '["_a", "a", "1", "-a", " a", "B", "10", "9"].sort((a, b) => a.localeCompare(b))', '"abc".localeCompare("abc")', 'Intl.Collator("en").compare("a", "b")',
  'Array.from(new Intl.Segmenter().segment("👨‍👩‍👧e\\u0301x"), (s) => s.segment)', 'Array.from(new Intl.Segmenter("en", { granularity: "word" }).segment("Hi there, you"), (s) => [s.segment, s.isWordLike])', 'Object.keys(Intl)', 'Object.keys(globalThis).includes("Intl")',
];
// Node has a narrow space before AM and PM, FormatJS a plain one.
const json = (realm, source) => vm.runInContext(`JSON.stringify(${source})`, realm).replaceAll('\u202f', ' ');
const node = vm.createContext({});

test('Intl gives what node gives', async (t) => {
  for (const source of CASES) await t.test(source, () => assert.equal(json(context, source), json(node, source)));
});
