/*---
description: a module that imports another
flags: [module]
---*/
import { value } from "./value_FIXTURE.js";
assert(value === 7);
