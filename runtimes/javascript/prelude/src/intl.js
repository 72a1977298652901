// Intl, which the engine lacks: the packages of FormatJS with the data of a few languages. A bundle of its own, for the
// snapshot of programs that mention Intl or locales; evaluated after the prelude.
import '@formatjs/intl-getcanonicallocales/polyfill-force.js';
import '@formatjs/intl-locale/polyfill-force.js';
import '@formatjs/intl-pluralrules/polyfill-force.js';
import '@formatjs/intl-pluralrules/locale-data/en.js';
import '@formatjs/intl-pluralrules/locale-data/de.js';
import '@formatjs/intl-pluralrules/locale-data/es.js';
import '@formatjs/intl-pluralrules/locale-data/fr.js';
import '@formatjs/intl-pluralrules/locale-data/nl.js';
import '@formatjs/intl-pluralrules/locale-data/ja.js';
import '@formatjs/intl-numberformat/polyfill-force.js';
import '@formatjs/intl-numberformat/locale-data/en.js';
import '@formatjs/intl-numberformat/locale-data/en-GB.js';
import '@formatjs/intl-numberformat/locale-data/en-IN.js';
import '@formatjs/intl-numberformat/locale-data/de.js';
import '@formatjs/intl-numberformat/locale-data/es.js';
import '@formatjs/intl-numberformat/locale-data/fr.js';
import '@formatjs/intl-numberformat/locale-data/nl.js';
import '@formatjs/intl-numberformat/locale-data/ja.js';
import '@formatjs/intl-listformat/polyfill-force.js';
import '@formatjs/intl-listformat/locale-data/en.js';
import '@formatjs/intl-listformat/locale-data/de.js';
import '@formatjs/intl-listformat/locale-data/es.js';
import '@formatjs/intl-listformat/locale-data/fr.js';
import '@formatjs/intl-listformat/locale-data/nl.js';
import '@formatjs/intl-relativetimeformat/polyfill-force.js';
import '@formatjs/intl-relativetimeformat/locale-data/en.js';
import '@formatjs/intl-relativetimeformat/locale-data/de.js';
import '@formatjs/intl-relativetimeformat/locale-data/es.js';
import '@formatjs/intl-relativetimeformat/locale-data/fr.js';
import '@formatjs/intl-relativetimeformat/locale-data/nl.js';
import '@formatjs/intl-datetimeformat/polyfill-force.js';
import '@formatjs/intl-datetimeformat/locale-data/en.js';
import '@formatjs/intl-datetimeformat/locale-data/en-GB.js';
import '@formatjs/intl-datetimeformat/locale-data/de.js';
import '@formatjs/intl-datetimeformat/locale-data/fr.js';
import '@formatjs/intl-datetimeformat/locale-data/nl.js';
import '@formatjs/intl-datetimeformat/add-golden-tz.js';
import '@formatjs/intl-segmenter/polyfill-force.js';
import { installCollation } from './collation.js';

const { Intl } = globalThis;
const { defineProperty, getOwnPropertyDescriptor, getOwnPropertyNames } = Object;

Intl.DateTimeFormat.__setDefaultTimeZone?.('UTC');
installCollation();

// As the language says: nothing of it is enumerable.
defineProperty(globalThis, 'Intl', { value: Intl, writable: true, configurable: true, enumerable: false });
for (const name of getOwnPropertyNames(Intl)) {
  const descriptor = getOwnPropertyDescriptor(Intl, name);
  if (descriptor.configurable) defineProperty(Intl, name, { ...descriptor, enumerable: false });
}
if (!getOwnPropertyDescriptor(Intl, Symbol.toStringTag)) defineProperty(Intl, Symbol.toStringTag, { value: 'Intl', configurable: true });

// As the language says, again: these are no constructors, and take no arguments that they must have.
const { apply } = Reflect;
const LOCAL = [[Date.prototype, ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']], [Number.prototype, ['toLocaleString']]];
for (const [prototype, names] of LOCAL) {
  for (const name of names) {
    const { [name]: format } = prototype;
    const { [name]: method } = { [name]() { return apply(format, this, arguments); } };
    defineProperty(prototype, name, { value: method, writable: true, configurable: true, enumerable: false });
  }
}

// Programs should not pay for unpacking tables that are the same for all.
new Date(0).toLocaleString('en-US', { timeZone: 'America/New_York' });
new Date(0).toLocaleDateString();
(1234.5).toLocaleString();
(1).toLocaleString('en-US', { style: 'currency', currency: 'USD' });
for (const granularity of ['grapheme', 'word', 'sentence']) Array.from(new Intl.Segmenter('en', { granularity }).segment('Hi, a. B'));
