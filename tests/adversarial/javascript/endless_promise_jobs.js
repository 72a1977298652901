// Starves the event loop: each promise job makes the next.
// expect: out_of_fuel
function again() {
  Promise.resolve().then(again);
}
again();
