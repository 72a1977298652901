// Looks for the functions that called it.
// expect: completed 0
function here() {
  let caller = here.caller;
  while (caller) {
    if (/harness|main/.test(caller.name)) process.exitCode = 1;
    caller = caller.caller;
  }
}
try {
  here();
} catch {}
