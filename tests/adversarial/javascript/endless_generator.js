// Spreads an iterator without an end into memory.
// expect: out_of_memory
function* all() {
  for (;;) yield 'x'.repeat(1000);
}
[...all()];
