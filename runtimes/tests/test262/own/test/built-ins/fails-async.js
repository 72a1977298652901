/*---
description: a test that never tells its end
flags: [async]
---*/
Promise.resolve();
