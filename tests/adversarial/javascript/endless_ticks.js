// Starves the event loop: each tick makes the next.
// expect: out_of_fuel
function again() {
  process.nextTick(again);
}
again();
