# Counts without end inside a database, whose own limits are off.
# expect: out_of_fuel
import sqlite3

db = sqlite3.connect(":memory:")
db.execute("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n").fetchall()
