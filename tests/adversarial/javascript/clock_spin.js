// Waits by looking at the clock.
// expect: anything
const end = Date.now() + 1e9;
while (Date.now() < end);
