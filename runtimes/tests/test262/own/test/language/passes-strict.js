/*---
description: what strict code must not do
flags:
  - onlyStrict
negative:
  phase: runtime
  type: ReferenceError
---*/
undeclared = 1;
