// Makes objects that are told when they are collected, for ever.
// expect: out_of_fuel
const registry = new FinalizationRegistry(() => registry.register({}, 1));
for (;;) registry.register({}, 1);
