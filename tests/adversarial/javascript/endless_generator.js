// Spreads an iterator without an end into memory.
// expect: out_of_fuel
function* all() {
  for (;;) yield 'x'.repeat(1000);
}
[...all()];
