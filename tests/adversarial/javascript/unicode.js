// Names and texts that no encoding has.
// expect: exception Error
globalThis['\ud800'] = '\udfff\ud800';
console.log('\ud800', { ['\udc00']: '\udbff' });
throw new Error('\ud800\u0000\u001b[31m');
