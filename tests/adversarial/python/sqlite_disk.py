# Fills the disk through a database.
# expect: file_limit
import sqlite3

db = sqlite3.connect("/tmp/db", isolation_level=None)
db.execute("CREATE TABLE t(x)")
while True:
    db.execute("INSERT INTO t VALUES (zeroblob(100000))")
