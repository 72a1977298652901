//! The threads of one guest: several calls in one store, each on a stack of its own, of which one runs at any time.
//!
//! A thread has three stacks, and all change with it: the native one, which wasmtime makes for every asynchronous call;
//! the one in linear memory, whose pointer is the module's mutable global; and the interpreter's frames, which hang on its
//! thread state.
//!
//! wasmtime's futures hold their store for as long as they live, so its types allow only one. This module has several, on
//! these grounds, which hold for the pinned version of wasmtime (its own component-model threads run in the same way):
//!
//! 1. All access to the store goes through one pointer, and never two at once: a future is polled, or the store is used
//!    directly, on the one thread that owns this; no poll nests in another. While a future is not polled, nothing on its
//!    stack runs, and nothing there keeps an assumption about the store: it is suspended inside a host function's await,
//!    and all that wasmtime's frames and compiled code know of the store they reload after a call.
//! 2. What a suspended call has of the engine is saved with it and put back when it is polled: its activations, the fields
//!    of the store that describe its innermost frames, its stack limit and guard (`FiberResumeState`,
//!    `AsyncWasmCallState`). That list belongs to the call, not to the order of calls, so they may go on in any order.
//! 3. Nothing walks the stacks of suspended calls: the garbage collector is the one that never collects.
//! 4. Futures are dropped before their store, which unwinds their stacks; no guest code runs then. The store does not move:
//!    it is behind a pointer until all futures are gone.
#![expect(unsafe_code, reason = "several futures use one store, never at once")]

use std::collections::BTreeMap;
use std::pin::Pin;
use std::ptr::NonNull;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use wasmtime::{AsContext, AsContextMut, StoreContext, StoreContextMut, Val};

use crate::execution::at_once;
use crate::guest::Guest;
use crate::live::Live;
use crate::python_threads::Functions;

/// How many threads there may be at once; more is an error for the guest.
const MAX_THREADS: usize = 512;

/// The stack in linear memory that a thread gets, in bytes; the main one's is larger.
const STACK_BYTES: i32 = 1 << 20;

/// The number of the thread that was not started by another one.
const MAIN: u32 = 0;

/// An instance and the calls in it.
pub(crate) struct Threads {
    /// Declared before what they use, and so dropped before it.
    calls: BTreeMap<u32, Thread>,
    /// Which of them runs.
    running: u32,
    /// Who goes on when that one has ended.
    successor: u32,
    functions: Option<Rc<Functions>>,
    live: Place,
}

struct Thread {
    call: Call,
    /// Of the interpreter; 0 while only the main thread exists.
    state: i32,
    /// Where its stack in linear memory is used up to, while it does not run.
    stack_pointer: i32,
    /// That stack's block, of the guest's allocator; 0 for the main thread.
    stack: i32,
    /// Whether it waits for an answer to its question.
    asks: bool,
}

type Call = Pin<Box<dyn Future<Output = wasmtime::Result<i32>>>>;

/// What the guest hears of what it asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reply {
    /// It was done.
    Done,
    /// It cannot be done.
    Refused,
    /// Nothing: who runs now has asked nothing yet.
    Nothing,
}

impl Threads {
    /// The main thread, about to call the instance's entry.
    pub(crate) fn new(live: Live) -> Self {
        let (entry, argument) = (live.entry.clone(), live.argument);
        let live = Place(NonNull::from(Box::leak(Box::new(live))));
        let store = live.store();
        let call = Box::pin(async move { entry.call_async(store, argument).await });
        let main = Thread { call, state: 0, stack_pointer: 0, stack: 0, asks: false };
        let calls = BTreeMap::from([(MAIN, main)]);
        Threads { calls, running: MAIN, successor: MAIN, functions: None, live }
    }

    /// Unwinds all calls that have not ended, and gives the instance back.
    pub(crate) fn into_live(self) -> Live {
        let Threads { calls, functions, live, .. } = self;
        drop(calls);
        let mut live = live.into_inner();
        // What threads left is not worth finding out: such an instance is not used again.
        live.spent |= functions.is_some();
        live
    }

    /// Lets the thread whose turn it is run until it asks something or its call ends.
    pub(crate) fn poll(&mut self) -> Poll<wasmtime::Result<i32>> {
        let Some(thread) = self.calls.get_mut(&self.running) else {
            return Poll::Ready(Err(wasmtime::Error::msg("a thread runs that does not exist")));
        };
        thread.asks = true;
        thread.call.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    /// Makes a thread that will call the interpreter's object at `function`.
    ///
    /// # Errors
    /// When the guest has to be ended.
    pub(crate) fn spawn(&mut self, number: u32, function: i32) -> wasmtime::Result<Reply> {
        if self.calls.len() >= MAX_THREADS || self.calls.contains_key(&number) {
            return Ok(Reply::Refused);
        }
        let store = self.live.store();
        let functions = self.functions()?;
        let stack = at_once(functions.alloc.call_async(store, STACK_BYTES))?;
        if stack == 0 {
            return Ok(Reply::Refused);
        }
        let interpreter = at_once(functions.interpreter.call_async(store, ()))?;
        let state = at_once(functions.new.call_async(store, interpreter))?;
        if state == 0 {
            at_once(functions.free.call_async(store, stack))?;
            return Ok(Reply::Refused);
        }
        at_once(functions.protect.call_async(store, (state, stack, STACK_BYTES)))?;
        let call = Box::pin(async move {
            let result = functions.entry.call_async(store, function).await?;
            functions.clear.call_async(store, state).await?;
            functions.delete.call_async(store, ()).await?;
            Ok(result)
        });
        let stack_pointer = stack.wrapping_add(STACK_BYTES) & !15;
        self.calls.insert(number, Thread { call, state, stack_pointer, stack, asks: false });
        Ok(Reply::Done)
    }

    /// Lets the thread `number` go on in place of the one that runs.
    ///
    /// # Errors
    /// When the guest has to be ended.
    pub(crate) fn switch(&mut self, number: u32) -> wasmtime::Result<Reply> {
        if !self.calls.contains_key(&number) {
            return Ok(Reply::Refused);
        }
        let stack_pointer = self.stack_pointer()?;
        if let Some(thread) = self.calls.get_mut(&self.running) {
            thread.stack_pointer = stack_pointer;
        }
        self.resume(number)
    }

    /// Says who goes on when the thread that runs has ended.
    pub(crate) fn set_successor(&mut self, number: u32) -> Reply {
        if number == self.running || !self.calls.contains_key(&number) {
            return Reply::Refused;
        }
        self.successor = number;
        Reply::Done
    }

    /// What happens when the call that ran has ended well: its successor goes on; `None` when it was the main one's.
    ///
    /// # Errors
    /// When the guest has to be ended.
    pub(crate) fn ended(&mut self) -> wasmtime::Result<Option<Reply>> {
        let ended = self.calls.remove(&self.running);
        let Some(thread) = ended.filter(|_| self.running != MAIN) else { return Ok(None) };
        let named = std::mem::replace(&mut self.successor, MAIN);
        // Who was named may have ended since; the main thread has not, or nothing would run any more.
        let successor = if self.calls.contains_key(&named) { named } else { MAIN };
        let reply = self.resume(successor)?;
        let store = self.live.store();
        at_once(self.functions()?.free.call_async(store, thread.stack))?;
        Ok(Some(reply))
    }

    /// Puts the stacks of the thread `number` in place.
    fn resume(&mut self, number: u32) -> wasmtime::Result<Reply> {
        let store = self.live.store();
        let functions = self.functions()?;
        let Some(thread) = self.calls.get(&number) else {
            return Err(wasmtime::Error::msg("a thread goes on that does not exist"));
        };
        self.live.set_stack_pointer(thread.stack_pointer)?;
        at_once(functions.swap.call_async(store, thread.state))?;
        self.running = number;
        Ok(if thread.asks { Reply::Done } else { Reply::Nothing })
    }

    /// The interpreter's functions for threads. Whoever asks first is the main thread.
    fn functions(&mut self) -> wasmtime::Result<Rc<Functions>> {
        if let Some(functions) = &self.functions {
            return Ok(Rc::clone(functions));
        }
        let store = self.live.store();
        let functions = Rc::new(Functions::of(self.live.get(), store)?);
        let state = at_once(functions.current.call_async(store, ()))?;
        if let Some(main) = self.calls.get_mut(&MAIN) {
            main.state = state;
        }
        self.functions = Some(Rc::clone(&functions));
        Ok(functions)
    }

    fn stack_pointer(&mut self) -> wasmtime::Result<i32> {
        let global = self.live.get().stack_pointer()?;
        global.get(self.live.store()).i32().ok_or_else(|| wasmtime::Error::msg("the stack pointer is not an i32"))
    }
}

/// Where an instance lies, which nothing moves while calls refer to it.
struct Place(NonNull<Live>);

impl Place {
    fn get(&self) -> &Live {
        // SAFETY: the pointer is to a live box of this value's; nothing else borrows the fields beside the store, and
        // who has this reference runs no guest meanwhile (1).
        unsafe { self.0.as_ref() }
    }

    fn store(&self) -> Shared {
        // SAFETY: the pointer is to a live box; the field's address is taken without a reference.
        Shared(unsafe { NonNull::new_unchecked(&raw mut (*self.0.as_ptr()).store) })
    }

    fn set_stack_pointer(&self, value: i32) -> wasmtime::Result<()> {
        self.get().stack_pointer()?.set(self.store(), Val::I32(value))
    }

    /// The instance, when no call refers to it any more.
    fn into_inner(self) -> Live {
        let place = std::mem::ManuallyDrop::new(self);
        // SAFETY: the pointer came from a box, which nobody else frees: this value is not dropped.
        *unsafe { Box::from_raw(place.0.as_ptr()) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // SAFETY: as in `into_inner`; all futures that hold a `Shared` were dropped before (4).
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// The store of an instance, for one of several futures. Never outlives the instance, since only futures in
/// [`Threads::calls`] and calls that end at once have it.
#[derive(Clone, Copy)]
struct Shared(NonNull<wasmtime::Store<Guest>>);

// SAFETY: everything that has one stays on the thread of its `Threads`, which is not `Send`; wasmtime's bounds ask for it.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl AsContext for Shared {
    type Data = Guest;

    fn as_context(&self) -> StoreContext<'_, Guest> {
        // SAFETY: the store is alive (4), and nobody else uses it now (1).
        unsafe { self.0.as_ref() }.as_context()
    }
}

impl AsContextMut for Shared {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, Guest> {
        // SAFETY: the store is alive (4), and nobody else uses it now (1).
        unsafe { self.0.as_mut() }.as_context_mut()
    }
}
