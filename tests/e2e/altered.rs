use assay::store::{RunFile, RunIdentity};
use rusqlite::Connection;

use crate::assay::User;

/// Makes the run in `run.assay` one of another identity, as another version would have left it.
pub(crate) fn alter_identity(user: &User, change: impl FnOnce(&mut RunIdentity)) {
    let path = user.path("run.assay");
    let mut identity = RunFile::open_read_only(&path).unwrap().config().unwrap().identity;
    change(&mut identity);
    let json = serde_json::to_string(&identity).unwrap();
    let sql = "UPDATE run SET identity = ?1, config_digest = ?2";
    assert_eq!(Connection::open(path).unwrap().execute(sql, [json, identity.digest()]).unwrap(), 1);
}
