/*---
description: what cannot be parsed
negative:
  phase: parse
  type: SyntaxError
---*/
$DONOTEVALUATE();
var 1;
