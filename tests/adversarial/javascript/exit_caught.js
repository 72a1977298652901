// Catches its own end.
// expect: completed 7
try {
  process.exit(7);
} catch {} finally {
  for (;;);
}
