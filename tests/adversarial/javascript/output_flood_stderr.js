// Writes errors without an end.
// expect: output_limit
for (;;) process.stderr.write('x'.repeat(10000));
