// Messages go into reports, not to a terminal: every style is the identity.
const identity = (text) => String(text);
const chalk = (text) => identity(text);
for (const style of ['bold', 'dim', 'inverse', 'red', 'green', 'yellow', 'cyan', 'magenta', 'blue', 'gray', 'white', 'bgYellow', 'underline', 'italic', 'reset']) {
  chalk[style] = identity;
}
export default chalk;
