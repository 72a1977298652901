//! Gives wasmtime memories that start as an image, and lets their user reset them.
#![expect(unsafe_code, reason = "wasmtime's traits for host memories are unsafe to implement")]

use std::cell::RefCell;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wasmtime::{LinearMemory, MemoryCreator, MemoryType};

use super::image::Image;
use super::overlay::Overlay;
use super::region::{Region, Reset};

thread_local! {
    /// The image for the memory that this thread's next instantiation creates, and that memory afterwards.
    static NEXT: RefCell<Next> = const { RefCell::new(Next::Nothing) };
}

enum Next {
    Nothing,
    Image(Arc<Image>),
    Made(ResettableMemory),
}

/// Instantiates with `instantiate`, which must create exactly one linear memory that is not empty: it starts as
/// `image`. Returns a handle to reset that memory.
///
/// # Errors
/// Those of `instantiate`, and when it created no memory.
pub(crate) fn with_image<R>(
    image: &Arc<Image>,
    instantiate: impl FnOnce() -> wasmtime::Result<R>,
) -> wasmtime::Result<(R, ResettableMemory)> {
    NEXT.set(Next::Image(Arc::clone(image)));
    let result = instantiate();
    match NEXT.replace(Next::Nothing) {
        Next::Made(memory) => Ok((result?, memory)),
        Next::Nothing | Next::Image(_) => {
            result?;
            Err(wasmtime::Error::msg("the module created no memory"))
        }
    }
}

/// The memory of an instance, shared between wasmtime, which runs guests in it, and the executor, which resets
/// it between programs.
///
/// Not `Send`-restricted by type: the executor that owns it never leaves its thread.
#[derive(Clone, Debug)]
pub(crate) struct ResettableMemory(Arc<Mutex<Region>>);

impl ResettableMemory {
    fn region(&self) -> MutexGuard<'_, Region> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the memory its image with `overlay`; `None` when a new instance is needed instead. The guest must not be
    /// running.
    pub(crate) fn reset(&self, overlay: &Overlay) -> Option<io::Result<Reset>> {
        self.region().reset(overlay)
    }

    /// What differs from the image; `None` when there is none. The guest must not be running.
    pub(crate) fn capture(&self) -> Option<Overlay> {
        self.region().capture()
    }

    /// Whether the memory is, byte for byte, its image with `overlay`. The guest must not be running.
    pub(crate) fn equals(&self, overlay: &Overlay) -> bool {
        self.region().equals(overlay)
    }

    /// By how many bytes it is longer than its image. The guest must not be running.
    pub(crate) fn grown(&self) -> usize {
        self.region().grown()
    }

    /// The memory's size, in bytes.
    pub(crate) fn size(&self) -> usize {
        self.region().size()
    }
}

/// The engine's source of memories.
pub(crate) struct ImageMemory;

// SAFETY: a memory reserves what wasmtime asks for and its guard, never moves, grows only by making reserved
// pages accessible, and is mapped by its region alone.
unsafe impl MemoryCreator for ImageMemory {
    fn new_memory(
        &self,
        _ty: MemoryType,
        minimum: usize,
        _maximum: Option<usize>,
        reserved: Option<usize>,
        guard: usize,
    ) -> Result<Box<dyn LinearMemory>, String> {
        let capacity = reserved.ok_or("the engine is configured without reservations")?;
        let total = capacity + guard;
        // The heap of exception objects comes through here too, with no minimum; it has no image.
        let image = if minimum == 0 {
            None
        } else {
            NEXT.with_borrow_mut(|next| match std::mem::replace(next, Next::Nothing) {
                Next::Image(image) => Some(image),
                other => {
                    *next = other;
                    None
                }
            })
        };
        let describe = |error: io::Error| format!("no address space for a linear memory: {error}");
        let memory = match &image {
            Some(image) if image.len() < minimum => return Err("the image is smaller than the memory".to_owned()),
            Some(image) => Region::from_image(total, image).map_err(describe)?,
            None => Region::zeroed(total, minimum).map_err(describe)?,
        };
        let memory = ResettableMemory(Arc::new(Mutex::new(memory)));
        if image.is_some() {
            NEXT.set(Next::Made(memory.clone()));
        }
        Ok(Box::new(Linear { memory, capacity }))
    }
}

struct Linear {
    memory: ResettableMemory,
    capacity: usize,
}

// SAFETY: see `ImageMemory`.
unsafe impl LinearMemory for Linear {
    fn byte_size(&self) -> usize {
        self.memory.size()
    }

    fn byte_capacity(&self) -> usize {
        self.capacity
    }

    fn grow_to(&mut self, size: usize) -> wasmtime::Result<()> {
        if size > self.capacity {
            return Err(wasmtime::Error::msg("the memory's reservation is used up"));
        }
        self.memory.region().grow_to(size)?;
        Ok(())
    }

    fn as_ptr(&self) -> *mut u8 {
        self.memory.region().base()
    }
}
