# Makes a value of a gigabyte in a database.
# expect: out_of_fuel
import sqlite3

db = sqlite3.connect(":memory:")
try:
    db.execute("SELECT zeroblob(900000000)").fetchone()
except MemoryError:
    pass
db.execute("CREATE TABLE t AS WITH RECURSIVE n(x) AS (SELECT randomblob(100000) UNION ALL SELECT randomblob(100000) FROM n) SELECT x FROM n")
