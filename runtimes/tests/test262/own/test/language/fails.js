/*---
description: an assertion that does not hold
---*/
assert(1 + 1 === 3, "three");
