const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Map(Array.from(ALPHABET, (letter, value) => [letter, value]));

const invalid = (message) => new DOMException(message, 'InvalidCharacterError');

/** Base64 of a string whose characters are bytes. */
export function btoa(data) {
  if (arguments.length === 0) throw Object.assign(new TypeError('The "data" argument must be specified'), { code: 'ERR_MISSING_ARGS' });
  const text = `${data}`;
  let encoded = '';
  for (let i = 0; i < text.length; i += 3) {
    const [a, b, c] = [text.charCodeAt(i), text.charCodeAt(i + 1), text.charCodeAt(i + 2)];
    if (a > 255 || b > 255 || c > 255) throw invalid('Invalid character');
    encoded += ALPHABET[a >> 2] + ALPHABET[((a & 3) << 4) | (b >> 4)]
      + (i + 1 < text.length ? ALPHABET[((b & 15) << 2) | (c >> 6)] : '=')
      + (i + 2 < text.length ? ALPHABET[c & 63] : '=');
  }
  return encoded;
}

/** The bytes of a base64 text, one a character. */
export function atob(data) {
  if (arguments.length === 0) throw Object.assign(new TypeError('The "data" argument must be specified'), { code: 'ERR_MISSING_ARGS' });
  let text = `${data}`.replace(/[\t\n\f\r ]/g, '');
  if (text.length % 4 === 0) text = text.replace(/={1,2}$/, '');
  if (text.length % 4 === 1) throw invalid('The string to be decoded is not correctly encoded.');
  let decoded = '';
  let bits = 0;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const value = VALUES.get(text[i]);
    if (value === undefined) throw invalid('Invalid character');
    bits = (bits << 6) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      decoded += String.fromCharCode((bits >> count) & 255);
      bits &= (1 << count) - 1;
    }
  }
  return decoded;
}
