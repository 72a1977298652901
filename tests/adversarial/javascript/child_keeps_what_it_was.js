// Keeps the child's process and console and uses them after its end.
// expect: completed 9
const { spawnSync } = require('child_process');
globalThis.kept = {};
spawnSync('node', ['-e', 'kept.process = process; kept.console = console; kept.exit = process.exit; setInterval(() => {}, 10); kept.later = () => process.stdout.write("x"); process.exit(4)']);
kept.console.log('said in the name of the child');
kept.later();
setTimeout(() => kept.exit(9), 10);
