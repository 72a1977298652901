//! Ctrl-C: the first stops in an orderly way, the second at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::exit::Exit;
use crate::failure::Failure;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static LISTENER: Mutex<Option<Box<dyn Fn() + Send>>> = Mutex::new(None);

/// Starts to heed Ctrl-C, SIGTERM and SIGHUP.
///
/// # Errors
/// When the system does not let us.
pub fn install() -> Result<(), Failure> {
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::exit(Exit::Interrupted as i32);
        }
        if let Some(listener) = &*LISTENER.lock().unwrap_or_else(PoisonError::into_inner) {
            listener();
        }
    })
    .map_err(|error| Failure::new(Exit::Runtime, format!("no handler for interruptions: {error}")))
}

/// Whether the user asked to stop.
#[must_use]
pub fn requested() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Calls `listener` at the first interruption, on another thread. Replaces the listener before.
pub fn listen(listener: impl Fn() + Send + 'static) {
    *LISTENER.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(listener));
}
