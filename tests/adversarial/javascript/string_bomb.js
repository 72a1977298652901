// Asks for the longest string, many times.
// expect: anything
const kept = [];
for (;;) kept.push('x'.repeat(2 ** 29));
