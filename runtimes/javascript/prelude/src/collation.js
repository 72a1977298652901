// Intl.Collator and localeCompare for text in Latin letters: the root collation's levels (letters, accents, case) without
// its table. Other scripts are compared by code points.

const { apply } = Reflect;
const strip = (text) => text.normalize('NFD').replace(/\p{M}/gu, '');
const LETTER = /\p{L}/u;
const NUMBER = /\p{N}/u;
const SPACE = /\s/;
// Spaces come first, then punctuation and symbols in the root collation's order, digits, letters.
const PUNCTUATION = '_-,;:!?.\'"()[]{}@*/\\&#%`^+<=>|~$';

function rank(character) {
  if (LETTER.test(character)) return 4;
  if (NUMBER.test(character)) return 3;
  return SPACE.test(character) ? 0 : 1;
}

function compareCharacters(a, b) {
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference < 0 ? -1 : 1;
  const [i, j] = [PUNCTUATION.indexOf(a), PUNCTUATION.indexOf(b)];
  if (i >= 0 && j >= 0) return i < j ? -1 : 1;
  if (i >= 0 || j >= 0) return i >= 0 ? -1 : 1;
  return a < b ? -1 : 1;
}

function compareLetters(a, b, numeric) {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (numeric && /\d/.test(a[i]) && /\d/.test(b[j])) {
      const [x] = /^\d+/.exec(a.slice(i));
      const [y] = /^\d+/.exec(b.slice(j));
      const [m, n] = [BigInt(x), BigInt(y)];
      if (m !== n) return m < n ? -1 : 1;
      i += x.length;
      j += y.length;
      continue;
    }
    const [x, y] = [a[i++], b[j++]];
    if (x !== y) return compareCharacters(x, y);
  }
  return Math.sign((a.length - i) - (b.length - j));
}

function compare(a, b, { numeric, sensitivity, caseFirst, ignorePunctuation }) {
  if (a === b) return 0;
  const clean = (text) => (ignorePunctuation ? text.replace(/[\p{P}\p{Z}]/gu, '') : text);
  const [x, y] = [clean(a), clean(b)];
  const letters = compareLetters(strip(x).toLowerCase(), strip(y).toLowerCase(), numeric);
  if (letters !== 0 || sensitivity === 'base') return letters;
  const [m, n] = [x.normalize('NFD'), y.normalize('NFD')];
  if (sensitivity !== 'case') {
    const [s, t] = [m.toLowerCase(), n.toLowerCase()];
    if (s !== t) return s < t ? -1 : 1;
    if (sensitivity === 'accent') return 0;
  }
  for (let i = 0; i < m.length && i < n.length; i++) {
    if (m[i] !== n[i] && m[i].toLowerCase() === n[i].toLowerCase()) return (m[i] === m[i].toLowerCase()) === (caseFirst !== 'upper') ? -1 : 1;
  }
  return 0;
}

const supported = (locales) => Intl.getCanonicalLocales?.(locales) ?? [];

class Collator {
  #options;
  #locale;
  #compare;

  constructor(locales, options = {}) {
    [this.#locale = 'en-US'] = supported(locales);
    const { usage = 'sort', sensitivity = 'variant', ignorePunctuation = false, numeric = /-u-(?:.*-)?kn(?:-true)?(?:-|$)/.test(this.#locale), caseFirst = 'false' } = options ?? {};
    if (!['base', 'accent', 'case', 'variant'].includes(sensitivity)) throw new RangeError(`Value ${sensitivity} out of range for Intl.Collator options property sensitivity`);
    this.#options = { usage, sensitivity, ignorePunctuation: Boolean(ignorePunctuation), numeric: Boolean(numeric), caseFirst };
  }

  get compare() {
    return (this.#compare ??= (a, b) => compare(`${a}`, `${b}`, this.#options));
  }

  resolvedOptions() {
    const { usage, sensitivity, ignorePunctuation, numeric, caseFirst } = this.#options;
    return { locale: this.#locale, usage, sensitivity, ignorePunctuation, collation: 'default', numeric, caseFirst };
  }

  static supportedLocalesOf(locales) { return supported(locales); }
  get [Symbol.toStringTag]() { return 'Intl.Collator'; }
}

/** Defines Intl.Collator and String.prototype.localeCompare. */
export function installCollation() {
  const define = (target, name, value) => Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  // Callable without new, as Intl's older constructors are.
  const callable = new Proxy(Collator, { apply: (target, _, args) => new target(...args) });
  define(Collator.prototype, 'constructor', callable);
  define(Intl, 'Collator', callable);
  define(String.prototype, 'localeCompare', {
    localeCompare(that, locales, options) {
      if (this === null || this === undefined) throw new TypeError('String.prototype.localeCompare called on null or undefined');
      return new Collator(locales, options).compare(apply(String.prototype.toString, String(this), []), that);
    },
  }.localeCompare);
}
