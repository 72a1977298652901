const encoder = new TextEncoder();

/** Percent-encodes UTF-8; whatwg-url is never given another encoding here. */
export function percentEncodeAfterEncoding(_encoding, input, percentEncodeSet) {
  let encoded = '';
  for (const byte of encoder.encode(input)) {
    const character = String.fromCharCode(byte);
    encoded += byte < 0x20 || byte > 0x7e || percentEncodeSet.includes(character)
      ? `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
      : character;
  }
  return encoded;
}
