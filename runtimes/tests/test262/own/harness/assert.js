function assert(holds, message) {
  if (!holds) throw new Test262Error(message);
}
