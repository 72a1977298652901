import { host } from '../host.js';

const { fromCharCode } = String;
const { apply } = Reflect;
const CHUNK = 8192;
// The engine's own, which there is not under node.
const utf8 = host?.utf8;

const LABELS = {
  'unicode-1-1-utf-8': 'utf-8', 'unicode11utf8': 'utf-8', 'unicode20utf8': 'utf-8', 'utf-8': 'utf-8', utf8: 'utf-8', 'x-unicode20utf8': 'utf-8',
  'utf-16le': 'utf-16le', 'utf-16': 'utf-16le', 'ucs-2': 'utf-16le', unicode: 'utf-16le', 'iso-10646-ucs-2': 'utf-16le', csunicode: 'utf-16le',
  'utf-16be': 'utf-16be',
  'windows-1252': 'windows-1252', latin1: 'windows-1252', l1: 'windows-1252', ascii: 'windows-1252', 'us-ascii': 'windows-1252', 'iso-8859-1': 'windows-1252', 'iso8859-1': 'windows-1252', cp1252: 'windows-1252', 'x-cp1252': 'windows-1252',
};

// 0x80 to 0x9f of windows-1252, which is what browsers and node decode "latin1" as.
const HIGH = '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/** The UTF-8 bytes of a string; lone surrogates become U+FFFD. */
export function utf8Encode(text) {
  if (utf8) return utf8(text);
  const { length } = text;
  let size = 0;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) size += 1;
    else if (unit < 0x800) size += 2;
    else if (isPair(text, i, unit)) { size += 4; i++; } else size += 3;
  }
  const bytes = new Uint8Array(size);
  encodeInto(text, bytes);
  return bytes;
}

const isPair = (text, i, unit) => unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;

function encodeInto(text, bytes) {
  let at = 0;
  let i = 0;
  for (; i < text.length; i++) {
    let unit = text.charCodeAt(i);
    if (unit < 0x80) {
      if (at + 1 > bytes.length) break;
      bytes[at++] = unit;
    } else if (unit < 0x800) {
      if (at + 2 > bytes.length) break;
      bytes[at++] = 0xc0 | (unit >> 6);
      bytes[at++] = 0x80 | (unit & 63);
    } else if (isPair(text, i, unit)) {
      if (at + 4 > bytes.length) break;
      const point = 0x10000 + ((unit & 0x3ff) << 10) + (text.charCodeAt(++i) & 0x3ff);
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = 0x80 | ((point >> 12) & 63);
      bytes[at++] = 0x80 | ((point >> 6) & 63);
      bytes[at++] = 0x80 | (point & 63);
    } else {
      if (at + 3 > bytes.length) break;
      if ((unit & 0xf800) === 0xd800) unit = 0xfffd;
      bytes[at++] = 0xe0 | (unit >> 12);
      bytes[at++] = 0x80 | ((unit >> 6) & 63);
      bytes[at++] = 0x80 | (unit & 63);
    }
  }
  return { read: i, written: at };
}

export class TextEncoder {
  get encoding() { return 'utf-8'; }
  encode(text = '') { return utf8Encode(`${text}`); }
  encodeInto(text, bytes) { return encodeInto(`${text}`, bytes); }
  get [Symbol.toStringTag]() { return 'TextEncoder'; }
}

const bytesOf = (source) => {
  if (source === undefined) return new Uint8Array(0);
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (source instanceof ArrayBuffer || Object.prototype.toString.call(source) === '[object SharedArrayBuffer]') return new Uint8Array(source);
  throw Object.assign(new TypeError('The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.'), { code: 'ERR_INVALID_ARG_TYPE' });
};

// The decoder of the Encoding Standard: it says where an ill-formed sequence ends, so that each gives one U+FFFD.
class Utf8 {
  #point = 0;
  #needed = 0;
  #seen = 0;
  #lower = 0x80;
  #upper = 0xbf;

  decode(bytes, units, bad) {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (this.#needed === 0) {
        if (byte < 0x80) units.push(byte);
        else if (byte >= 0xc2 && byte <= 0xdf) { this.#needed = 1; this.#point = byte & 0x1f; } else if (byte >= 0xe0 && byte <= 0xef) {
          if (byte === 0xe0) this.#lower = 0xa0;
          if (byte === 0xed) this.#upper = 0x9f;
          this.#needed = 2;
          this.#point = byte & 0xf;
        } else if (byte >= 0xf0 && byte <= 0xf4) {
          if (byte === 0xf0) this.#lower = 0x90;
          if (byte === 0xf4) this.#upper = 0x8f;
          this.#needed = 3;
          this.#point = byte & 0x7;
        } else bad();
        continue;
      }
      if (byte < this.#lower || byte > this.#upper) {
        this.#reset();
        bad();
        i -= 1;
        continue;
      }
      this.#lower = 0x80;
      this.#upper = 0xbf;
      this.#point = (this.#point << 6) | (byte & 0x3f);
      if (++this.#seen < this.#needed) continue;
      units.point(this.#point);
      this.#reset();
    }
  }

  end(bad) {
    if (this.#needed) { this.#reset(); bad(); }
  }

  #reset() {
    this.#point = this.#needed = this.#seen = 0;
    this.#lower = 0x80;
    this.#upper = 0xbf;
  }
}

class Utf16 {
  #bigEndian;
  #half = -1;
  #lead = -1;
  constructor(bigEndian) { this.#bigEndian = bigEndian; }

  decode(bytes, units, bad) {
    for (let i = 0; i < bytes.length; i++) {
      if (this.#half < 0) { this.#half = bytes[i]; continue; }
      const unit = this.#bigEndian ? (this.#half << 8) | bytes[i] : (bytes[i] << 8) | this.#half;
      this.#half = -1;
      if (this.#lead >= 0) {
        const lead = this.#lead;
        this.#lead = -1;
        if ((unit & 0xfc00) === 0xdc00) { units.push(lead); units.push(unit); continue; }
        bad();
      }
      if ((unit & 0xfc00) === 0xd800) this.#lead = unit;
      else if ((unit & 0xfc00) === 0xdc00) bad();
      else units.push(unit);
    }
  }

  end(bad) {
    if (this.#half >= 0 || this.#lead >= 0) { this.#half = this.#lead = -1; bad(); }
  }
}

class Windows1252 {
  decode(bytes, units) {
    for (let i = 0; i < bytes.length; i++) units.push(bytes[i] >= 0x80 && bytes[i] < 0xa0 ? HIGH.charCodeAt(bytes[i] - 0x80) : bytes[i]);
  }

  end() {}
}

class Units {
  #units = [];
  text = '';
  push(unit) {
    this.#units[this.#units.length] = unit;
    if (this.#units.length >= CHUNK) this.flush();
  }

  point(point) {
    if (point < 0x10000) return this.push(point);
    this.push(0xd800 + ((point - 0x10000) >> 10));
    this.push(0xdc00 + ((point - 0x10000) & 0x3ff));
  }

  flush() {
    this.text += apply(fromCharCode, undefined, this.#units);
    this.#units = [];
  }
}

const makeDecoder = (encoding) => {
  if (encoding === 'utf-8') return new Utf8();
  return encoding === 'windows-1252' ? new Windows1252() : new Utf16(encoding === 'utf-16be');
};

export class TextDecoder {
  #encoding;
  #fatal;
  #ignoreBOM;
  #decoder = undefined;
  #begun = false;

  constructor(label = 'utf-8', options = {}) {
    const name = `${label}`.trim().toLowerCase();
    if (!Object.hasOwn(LABELS, name)) {
      throw Object.assign(new RangeError(`The "${label}" encoding is not supported`), { code: 'ERR_ENCODING_NOT_SUPPORTED' });
    }
    this.#encoding = LABELS[name];
    this.#fatal = Boolean(options?.fatal);
    this.#ignoreBOM = Boolean(options?.ignoreBOM);
  }

  get encoding() { return this.#encoding; }
  get fatal() { return this.#fatal; }
  get ignoreBOM() { return this.#ignoreBOM; }
  get [Symbol.toStringTag]() { return 'TextDecoder'; }

  decode(source, options = {}) {
    const bytes = bytesOf(source);
    const stream = Boolean(options?.stream);
    const decoder = this.#decoder ??= makeDecoder(this.#encoding);
    const units = new Units();
    const bad = () => {
      if (this.#fatal) {
        this.#decoder = undefined;
        this.#begun = false;
        throw Object.assign(new TypeError(`The encoded data was not valid for encoding ${this.#encoding}`), { code: 'ERR_ENCODING_INVALID_ENCODED_DATA' });
      }
      units.push(0xfffd);
    };
    decoder.decode(bytes, units, bad);
    if (!stream) decoder.end(bad);
    units.flush();
    let { text } = units;
    if (!this.#begun && text.length) {
      if (!this.#ignoreBOM && this.#encoding !== 'windows-1252' && text.charCodeAt(0) === 0xfeff) text = text.slice(1);
      this.#begun = true;
    }
    if (!stream) {
      this.#decoder = undefined;
      this.#begun = false;
    }
    return text;
  }
}
