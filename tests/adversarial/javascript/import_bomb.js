// Writes modules that import one another, and imports them.
// expect: anything
const fs = require('fs');
for (let index = 0; index < 900; index++) {
  fs.writeFileSync(`m${index}.mjs`, `import './m${(index + 1) % 900}.mjs'; import './m${(index * 7) % 900}.mjs'; export default ${index};`);
}
import('./m0.mjs').then((module) => console.log(module.default));
