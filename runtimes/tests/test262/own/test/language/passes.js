/*---
description: an assertion that holds
---*/
assert(1 + 1 === 2);
