// Waits for somebody who does not exist.
// expect: anything
if (typeof SharedArrayBuffer === 'undefined') throw new Error('there is none');
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
