// Requires itself, with new files that do so too.
// expect: anything
const fs = require('fs');
let count = 0;
globalThis.again = () => {
  fs.writeFileSync(`n${count}.js`, 'again();');
  require(`./n${count++}.js`);
};
again();
