// Asks for buffers until there is no memory, and goes on.
// expect: anything
const kept = [];
for (;;) {
  try {
    kept.push(new Uint8Array(2 ** 24).fill(1));
  } catch {}
}
