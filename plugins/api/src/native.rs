//! The binary interface of native suites, as `plugins/api/include/assay_suite.h` declares it for C.
//!
//! A library exports one function, [`SYMBOL`], which gives a [`Vtable`] that lives as long as the process. Tables only grow,
//! at their end: `size` says how much of one is there.

use std::ffi::{c_char, c_void};

/// What libraries export: an [`Export`].
pub const SYMBOL: &str = "assay_suite";

/// Changes when libraries built before cannot be used any more.
pub const ABI_MAJOR: u32 = 1;

/// Changes when a table gets longer or a status is added.
pub const ABI_MINOR: u32 = 0;

/// The call has a response.
pub const OK: i32 = 0;
/// The suite failed; the response is a [`PluginFailure`](crate::call::PluginFailure).
pub const FAILED: i32 = 1;
/// The suite does not know the method.
pub const UNSUPPORTED: i32 = 2;
/// The suite's code panicked and was caught; the response is the panic's message, not JSON.
pub const PANICKED: i32 = 3;

/// Bytes that the library has allocated; whoever gets them hands them back to [`Vtable::free`].
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct Bytes {
    /// The first byte; null where there are none.
    pub data: *mut u8,
    /// How many.
    pub size: usize,
}

impl Bytes {
    /// No bytes.
    pub const NONE: Bytes = Bytes { data: std::ptr::null_mut(), size: 0 };
}

/// What a suite may ask of the host, from [`open`](Vtable::open) to [`close`](Vtable::close).
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct Host {
    /// The size of this table, in bytes.
    pub size: usize,
    /// To be handed to the functions.
    pub context: *mut c_void,
    /// Copies up to `capacity` bytes of the suite's data file `path`, from `offset` on, to `buffer`. Gives how many, 0 at
    /// the file's end, or -1 where the suite's info names no such file. During `info` there are none.
    ///
    /// The content is what its authors published, decompressed, and has the digest that the info pins.
    pub read: unsafe extern "C" fn(
        context: *mut c_void,
        path: *const c_char,
        offset: u64,
        buffer: *mut u8,
        capacity: usize,
    ) -> i64,
}

/// Makes a suite; gives a status. On `OK` the suite is at `suite`, else `response` may have a failure.
pub type Open = unsafe extern "C" fn(host: *const Host, suite: *mut *mut c_void, response: *mut Bytes) -> i32;

/// Calls a method of a suite; gives a status. Called from several threads at once.
pub type Call = unsafe extern "C" fn(
    suite: *mut c_void,
    method: *const c_char,
    request: *const u8,
    request_size: usize,
    response: *mut Bytes,
) -> i32;

/// Takes back the bytes of a response.
pub type Free = unsafe extern "C" fn(bytes: Bytes);

/// Ends a suite.
pub type Close = unsafe extern "C" fn(suite: *mut c_void);

/// What a library offers. Functions are `Option` because a library may leave a null.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct Vtable {
    /// [`ABI_MAJOR`] of the header that the library was built with.
    pub abi_major: u32,
    /// [`ABI_MINOR`] of that header.
    pub abi_minor: u32,
    /// The size of this table, in bytes.
    pub size: usize,
    /// Makes a suite.
    pub open: Option<Open>,
    /// Calls a method of a suite.
    pub call: Option<Call>,
    /// Takes back the bytes of a response.
    pub free: Option<Free>,
    /// Ends a suite.
    pub close: Option<Close>,
}

/// The type of the function called [`SYMBOL`].
pub type Export = unsafe extern "C" fn() -> *const Vtable;
