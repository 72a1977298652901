//! What [`suite!`](crate::suite) exports where the target is WebAssembly: the functions of `suite.wit`, by the canonical ABI.
//!
//! Every function of the interface takes one text and gives a text or a failure, so that what a generator of bindings would
//! make is the little that stands here. `assay suite build` makes a component of the module.

use std::alloc::{Layout, alloc, realloc};

use assay_api::SuiteError;
use assay_api::call::FailureKind;

use crate::{Answering, Author, Data, ReadData, Refusal};

/// Exports a type that implements [`Author`] as the functions of a component; the crate's type is `cdylib`.
#[macro_export]
macro_rules! suite {
    ($suite:ty) => {
        $crate::component_functions! { $suite,
            info: "assay:suite/suite@1.0.0#info",
            tasks: "assay:suite/suite@1.0.0#tasks",
            prompt: "assay:suite/suite@1.0.0#prompt",
            extract: "assay:suite/suite@1.0.0#extract",
            programs: "assay:suite/suite@1.0.0#programs",
            score: "assay:suite/suite@1.0.0#score",
            reference: "assay:suite/suite@1.0.0#reference",
            is_decided: "assay:suite/decision@1.0.0#is-decided",
        }

        /// Gives the host memory to write to.
        #[allow(unsafe_code, reason = "the host calls it by this name")]
        #[unsafe(export_name = "cabi_realloc")]
        unsafe extern "C" fn __assay_realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
            unsafe { $crate::component::reallocate(old, old_size, align, size) }
        }
    };
}

/// Exports each method under its name in the interface.
#[doc(hidden)]
#[macro_export]
macro_rules! component_functions {
    ($suite:ty, $($method:ident: $name:literal,)*) => {
        $(
            const _: () = {
                #[allow(unsafe_code, reason = "the host calls it by this name")]
                #[unsafe(export_name = $name)]
                unsafe extern "C" fn call(request: *mut u8, size: usize) -> *const $crate::component::Returned {
                    unsafe { $crate::component::answer::<$suite>(stringify!($method), request, size) }
                }
            };
        )*
    };
}

/// `result<json, failure>` in memory, as 32-bit words: a tag, then an address and a length; or a tag, the failure's tag, and
/// the words of its case.
#[repr(C, align(4))]
pub struct Returned([u32; 8]);

/// Answers a request that the host wrote to memory from [`reallocate`]. Nothing is given back: every call has an instance of its own.
///
/// # Safety
/// `request` has `size` bytes, which nobody else uses.
#[expect(unsafe_code, reason = "the host's memory")]
pub unsafe fn answer<S: Author>(method: &str, request: *mut u8, size: usize) -> *const Returned {
    let request = match size {
        0 => &[][..],
        // SAFETY: as the caller promises; it is read and never freed.
        _ => unsafe { std::slice::from_raw_parts(request, size) },
    };
    let answer = match std::str::from_utf8(request) {
        Ok(request) => Answering::<S>::new(Data::new(Imported)).answer(method, request),
        Err(error) => Err(Refusal::Failed(SuiteError::Internal(error.to_string()))),
    };
    Box::leak(Box::new(Returned(match answer {
        Ok(text) => words([0], [text]),
        Err(refusal) => {
            let failure = refusal.failure();
            match (failure.kind, failure.task_id) {
                (FailureKind::Task, Some(task_id)) => words([1, 0], [task_id, failure.message]),
                (FailureKind::Unsupported, _) => words([1, 1], [failure.message]),
                (FailureKind::Task | FailureKind::Other, _) => words([1, 2], [failure.message]),
            }
        }
    })))
}

/// The tags, then the address and length of each text. What follows is zero, which is an empty list.
fn words<const N: usize, const M: usize>(tags: [u32; N], texts: [String; M]) -> [u32; 8] {
    let mut words = [0; 8];
    let texts = texts.into_iter().map(String::leak).flat_map(|text| [text.as_ptr() as u32, text.len() as u32]);
    words.iter_mut().zip(tags.into_iter().chain(texts)).for_each(|(word, value)| *word = value);
    words
}

/// Memory of `size` bytes that has what was in `old`.
///
/// # Safety
/// `old` has `old_size` bytes of this alignment, from this function, unless that is 0.
#[expect(unsafe_code, reason = "the host's memory")]
pub unsafe fn reallocate(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    if size == 0 {
        return std::ptr::without_provenance_mut(align);
    }
    let layout = |size| Layout::from_size_align(size, align).expect("the host asks for sizes that there are");
    // SAFETY: sizes are not 0, and the caller promises what `old` is.
    let new = unsafe {
        match old_size {
            0 => alloc(layout(size)),
            _ => realloc(old, layout(old_size), size),
        }
    };
    assert!(!new.is_null(), "no memory for {size} bytes");
    new
}

#[link(wasm_import_module = "assay:suite/data@1.0.0")]
#[expect(unsafe_code, reason = "the host's function")]
unsafe extern "C" {
    #[link_name = "read"]
    fn import_read(path: *const u8, path_size: usize, offset: u64, capacity: u32, returned: *mut Returned);
}

/// The data that the host lets suites read.
struct Imported;

impl ReadData for Imported {
    #[expect(unsafe_code, reason = "calls the host")]
    fn read(&self, path: &str, offset: u64, capacity: u32, content: &mut Vec<u8>) -> Result<(), SuiteError> {
        let mut returned = Returned([0; 8]);
        // SAFETY: the path is a text, and there is room for what is returned.
        unsafe { import_read(path.as_ptr(), path.len(), offset, capacity, &raw mut returned) };
        let [tag, address, size, ..] = returned.0;
        if tag & 0xff != 0 {
            return Err(SuiteError::Internal(format!("the suite has no data {path:?}")));
        }
        if size > 0 {
            let at = std::ptr::with_exposed_provenance(address as usize);
            // SAFETY: the host wrote as many bytes to memory from `reallocate`.
            content.extend_from_slice(unsafe { std::slice::from_raw_parts(at, size as usize) });
        }
        Ok(())
    }
}
