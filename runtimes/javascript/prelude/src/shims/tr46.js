// Host names for whatwg-url. The package tr46 carries all of Unicode's mapping table; this maps by lower case and NFKC,
// which is what the table says for nearly every letter, and encodes with the package punycode.
import punycode from 'punycode/punycode.js';

const DOTS = /[\u3002\uff0e\uff61]/g;
const map = (domain) => domain.replace(/\u00ad|[\u200b\ufe00-\ufe0f]/g, '').normalize('NFKC').toLowerCase().normalize('NFKC').replace(DOTS, '.');

export function toASCII(domain) {
  try {
    const mapped = map(domain);
    for (const label of mapped.split('.')) {
      if (/^xn--/.test(label)) punycode.decode(label.slice(4));
      else if (/^\p{M}/u.test(label)) return null;
    }
    return punycode.toASCII(mapped);
  } catch {
    return null;
  }
}

export function toUnicode(domain) {
  try {
    return { domain: punycode.toUnicode(map(domain)), error: false };
  } catch {
    return { domain, error: true };
  }
}
