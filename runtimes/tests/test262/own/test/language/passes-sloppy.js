/*---
description: what only sloppy code may do
flags: [noStrict]
---*/
undeclared = 1;
assert(this.undeclared === 1);
