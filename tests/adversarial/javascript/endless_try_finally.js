// Loops for ever, and does not let itself be ended.
// expect: out_of_fuel
for (;;) {
  try {
    for (;;);
  } finally {
    continue;
  }
}
