;; The component around a suite that assay-kit has exported: what suite.wit says, by the canonical ABI. The first core module stands
;; for the suite's, and has no name, which would be in it.
(component
  (import "assay:suite/types@1.0.0" (instance $types
    (type $extra (tuple string string))
    (type $task-failure' (record (field "task-id" string) (field "message" string) (field "extras" (list $extra))))
    (export "task-failure" (type $task-failure (eq $task-failure')))
    (type $failure' (variant (case "task" $task-failure) (case "unsupported" string) (case "other" string)))
    (export "failure" (type (eq $failure')))))
  (alias export $types "failure" (type $failure))
  (import "assay:suite/data@1.0.0" (instance $data
    (alias outer 1 $failure (type $outer))
    (export "failure" (type $failure (eq $outer)))
    (export "read" (func
      (param "path" string) (param "offset" u64) (param "capacity" u32)
      (result (result (list u8) (error $failure)))))))

  (core module)

  ;; What the suite imports writes to the suite's memory, which is not there yet when its imports are: so its import goes through a
  ;; table that is filled afterwards.
  (core module $indirect
    (type $read (func (param i32 i32 i64 i32 i32)))
    (table (export "table") 1 1 funcref)
    (func (export "read") (type $read)
      local.get 0 local.get 1 local.get 2 local.get 3 local.get 4
      i32.const 0 call_indirect (type $read)))
  (core module $fill
    (import "" "table" (table 1 1 funcref))
    (import "" "read" (func (param i32 i32 i64 i32 i32)))
    (elem (i32.const 0) func 0))

  (core instance $indirect (instantiate $indirect))
  (core instance $suite (instantiate 0
    (with "assay:suite/data@1.0.0" (instance (export "read" (func $indirect "read"))))))
  (core func $read (canon lower (func $data "read")
    (memory $suite "memory") (realloc (func $suite "cabi_realloc"))))
  (core instance (instantiate $fill
    (with "" (instance (export "table" (table $indirect "table")) (export "read" (func $read))))))

  (type $method (func (param "request" string) (result (result string (error $failure)))))
  (func $info (type $method) (canon lift (core func $suite "assay:suite/suite@1.0.0#info")
    (memory $suite "memory") (realloc (func $suite "cabi_realloc"))))
  (func $tasks (type $method) (canon lift (core func $suite "assay:suite/suite@1.0.0#tasks")
    (memory $suite "memory") (realloc (func $suite "cabi_realloc"))))
  (func $prompt (type $method) (canon lift (core func $suite "assay:suite/suite@1.0.0#prompt")
    (memory $suite "memory") (realloc (func $suite "cabi_realloc"))))
  (func $extract (type $method) (canon lift (core func $suite "assay:suite/suite@1.0.0#extract")
    (memory $suite "memory") (realloc (func $suite "cabi_realloc"))))
  (func $programs (type $method) (canon lift (core func $suite "assay:suite/suite@1.0.0#programs")
    (memory $suite "memory") (realloc (func $suite "cabi_realloc"))))
  (func $score (type $method) (canon lift (core func $suite "assay:suite/suite@1.0.0#score")
    (memory $suite "memory") (realloc (func $suite "cabi_realloc"))))
  (func $reference (type $method) (canon lift (core func $suite "assay:suite/suite@1.0.0#reference")
    (memory $suite "memory") (realloc (func $suite "cabi_realloc"))))
  (func $is-decided (type $method) (canon lift (core func $suite "assay:suite/decision@1.0.0#is-decided")
    (memory $suite "memory") (realloc (func $suite "cabi_realloc"))))

  (instance $methods
    (export "info" (func $info))
    (export "tasks" (func $tasks))
    (export "prompt" (func $prompt))
    (export "extract" (func $extract))
    (export "programs" (func $programs))
    (export "score" (func $score))
    (export "reference" (func $reference)))
  (export "assay:suite/suite@1.0.0" (instance $methods))
  (instance $decision (export "is-decided" (func $is-decided)))
  (export "assay:suite/decision@1.0.0" (instance $decision)))
