//! Defines the imports of an interpreter.

use wasmtime::{Caller, FuncType, Linker, Val, ValType};

use super::call::{CALL_FUEL, system_call};
use super::{door, files, system};
use crate::guest::{Guest, Stop, charge};

const PREVIEW1: &str = "wasi_snapshot_preview1";

/// Defines preview1 calls: each is a function of `Call` and the guest's arguments.
macro_rules! define {
    ($linker:ident, $module:ident: $($name:ident($($argument:ident: $type:ty),*)),* $(,)?) => {$(
        $linker.func_wrap(PREVIEW1, stringify!($name), |mut caller: Caller<'_, Guest>, $($argument: $type),*| {
            system_call(&mut caller, |call| $module::$name(call, $($argument),*))
        })?;
    )*};
}

/// Defines everything that an interpreter may import.
pub(crate) fn link(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    define!(linker, system:
        args_get(pointers: i32, buffer: i32),
        args_sizes_get(count: i32, size: i32),
        clock_res_get(id: i32, out: i32),
        clock_time_get(id: i32, precision: i64, out: i32),
        environ_get(pointers: i32, buffer: i32),
        environ_sizes_get(count: i32, size: i32),
        poll_oneoff(subscriptions: i32, events: i32, count: i32, happened: i32),
        random_get(out: i32, len: i32),
    );
    define!(linker, files:
        fd_advise(fd: i32, offset: i64, len: i64, advice: i32),
        fd_allocate(fd: i32, offset: i64, len: i64),
        fd_close(fd: i32),
        fd_datasync(fd: i32),
        fd_fdstat_get(fd: i32, out: i32),
        fd_fdstat_set_flags(fd: i32, flags: i32),
        fd_filestat_get(fd: i32, out: i32),
        fd_filestat_set_size(fd: i32, size: i64),
        fd_filestat_set_times(fd: i32, atim: i64, mtim: i64, flags: i32),
        fd_pread(fd: i32, vector: i32, count: i32, offset: i64, out: i32),
        fd_prestat_dir_name(fd: i32, out: i32, len: i32),
        fd_prestat_get(fd: i32, out: i32),
        fd_pwrite(fd: i32, vector: i32, count: i32, offset: i64, out: i32),
        fd_read(fd: i32, vector: i32, count: i32, out: i32),
        fd_readdir(fd: i32, out: i32, len: i32, cookie: i64, used: i32),
        fd_renumber(from: i32, to: i32),
        fd_seek(fd: i32, delta: i64, whence: i32, out: i32),
        fd_sync(fd: i32),
        fd_tell(fd: i32, out: i32),
        fd_write(fd: i32, vector: i32, count: i32, out: i32),
        path_create_directory(fd: i32, path: i32, len: i32),
        path_filestat_get(fd: i32, lookup: i32, path: i32, len: i32, out: i32),
        path_filestat_set_times(fd: i32, lookup: i32, path: i32, len: i32, atim: i64, mtim: i64, flags: i32),
        path_link(old_fd: i32, lookup: i32, old_path: i32, old_len: i32, new_fd: i32, new_path: i32, new_len: i32),
        path_open(fd: i32, lookup: i32, path: i32, len: i32, oflags: i32, rights: i64, inheriting: i64, fdflags: i32,
            out: i32),
        path_readlink(fd: i32, path: i32, len: i32, out: i32, capacity: i32, used: i32),
        path_remove_directory(fd: i32, path: i32, len: i32),
        path_rename(old_fd: i32, old_path: i32, old_len: i32, new_fd: i32, new_path: i32, new_len: i32),
        path_symlink(target: i32, target_len: i32, fd: i32, path: i32, len: i32),
        path_unlink_file(fd: i32, path: i32, len: i32),
    );
    link_process(linker)?;
    link_sockets(linker)?;
    linker.func_wrap_async("host", "call", |caller, arguments| Box::new(door::call(caller, arguments)))?;
    Ok(())
}

fn link_process(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    linker.func_wrap(PREVIEW1, "proc_exit", |code: i32| -> wasmtime::Result<()> { Err(Stop::Exit(code).into()) })?;
    linker
        .func_wrap(PREVIEW1, "sched_yield", |mut caller: Caller<'_, Guest>| system_call(&mut caller, |_| Ok(Ok(()))))?;
    Ok(())
}

/// There are no sockets: no descriptor is one.
fn link_sockets(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    const NOT_A_SOCKET: i32 = 57;
    let parameters = [("sock_accept", 3), ("sock_recv", 6), ("sock_send", 5), ("sock_shutdown", 2)];
    for (name, count) in parameters {
        let signature = FuncType::new(linker.engine(), vec![ValType::I32; count], [ValType::I32]);
        linker.func_new(PREVIEW1, name, signature, |mut caller, _, results| {
            charge(&mut caller, CALL_FUEL)?;
            results[0] = Val::I32(NOT_A_SOCKET);
            Ok(())
        })?;
    }
    Ok(())
}
