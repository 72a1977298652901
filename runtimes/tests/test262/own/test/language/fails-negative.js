/*---
description: another exception than the one expected
negative:
  phase: runtime
  type: RangeError
---*/
null.property;
