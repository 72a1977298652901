//! The functions of CPython's that threads need.

use wasmtime::{AsContextMut, TypedFunc};

use crate::guest::Guest;
use crate::live::Live;

const CURRENT: &str = "PyThreadState_Get";
const INTERPRETER: &str = "PyInterpreterState_Get";
const NEW: &str = "PyThreadState_New";
const PROTECT: &str = "PyUnstable_ThreadState_SetStackProtection";
const SWAP: &str = "PyThreadState_Swap";
const CLEAR: &str = "PyThreadState_Clear";
const DELETE: &str = "PyThreadState_DeleteCurrent";
const FREE: &str = "free";

/// Those that the module does not export by itself.
pub(crate) const NAMES: &[&str] = &[CURRENT, INTERPRETER, NEW, PROTECT, SWAP, CLEAR, DELETE, FREE];

/// The functions, in one instance. Pointers into linear memory are `i32`.
pub(crate) struct Functions {
    /// `() -> thread state`: the current one.
    pub(crate) current: TypedFunc<(), i32>,
    /// `() -> interpreter state`: the current one.
    pub(crate) interpreter: TypedFunc<(), i32>,
    /// `(interpreter state) -> thread state`: a new one, or 0.
    pub(crate) new: TypedFunc<i32, i32>,
    /// `(thread state, lowest address of its stack, bytes) -> 0`: how deep C code may recurse.
    pub(crate) protect: TypedFunc<(i32, i32, i32), i32>,
    /// `(thread state) -> thread state`: makes it the current one; gives the one before, or 0.
    pub(crate) swap: TypedFunc<i32, i32>,
    /// `(thread state)`: lets go of all that it holds.
    pub(crate) clear: TypedFunc<i32, ()>,
    /// `()`: deletes the current one; afterwards none is current.
    pub(crate) delete: TypedFunc<(), ()>,
    /// `(bytes) -> address`: 0 when there is no memory.
    pub(crate) alloc: TypedFunc<i32, i32>,
    /// `(address)`: gives memory back.
    pub(crate) free: TypedFunc<i32, ()>,
    /// `(object) -> object`: what threads call.
    pub(crate) entry: TypedFunc<i32, i32>,
}

impl Functions {
    /// The functions in `live`, whose store is `store`.
    ///
    /// # Errors
    /// When the module lacks one.
    pub(crate) fn of(live: &Live, mut store: impl AsContextMut<Data = Guest>) -> wasmtime::Result<Self> {
        let mut store = store.as_context_mut();
        let handles = store.data().handles.clone().ok_or_else(|| wasmtime::Error::msg("no instance"))?;
        let instance = live.instance;
        Ok(Functions {
            current: instance.get_typed_func(&mut store, CURRENT)?,
            interpreter: instance.get_typed_func(&mut store, INTERPRETER)?,
            new: instance.get_typed_func(&mut store, NEW)?,
            protect: instance.get_typed_func(&mut store, PROTECT)?,
            swap: instance.get_typed_func(&mut store, SWAP)?,
            clear: instance.get_typed_func(&mut store, CLEAR)?,
            delete: instance.get_typed_func(&mut store, DELETE)?,
            alloc: handles.alloc,
            free: instance.get_typed_func(&mut store, FREE)?,
            entry: live.entry.clone(),
        })
    }
}
