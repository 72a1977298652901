// Goes on after an error of the engine's that no catch catches.
// expect: exception InternalError
process.on('uncaughtException', () => { throw new Error('again'); });
let text = 'x';
try {
  for (;;) text += text;
} finally {
  process.exit(0);
}
