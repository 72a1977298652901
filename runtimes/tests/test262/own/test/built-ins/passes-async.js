/*---
description: a test that tells its end itself
flags: [async]
includes: [included.js]
---*/
assert(included);
Promise.resolve().then(function () { $DONE(); });
