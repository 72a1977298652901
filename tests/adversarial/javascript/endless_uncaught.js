// Throws in a timer, and starts another one in the handler of uncaught exceptions.
// expect: out_of_time
process.on('uncaughtException', start);
function start() {
  setTimeout(() => { throw new Error('again'); }, 100000);
}
start();
