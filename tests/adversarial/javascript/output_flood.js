// Writes without an end.
// expect: output_limit
for (;;) console.log('x'.repeat(10000));
