//! How a guest that waits for something outside its instance is parked.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

/// Between a parked guest and who resumes it: one question at a time, and its answer.
///
/// The guest's end is in its store, which nobody can look into while the guest is parked; so both ends share this.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line(Arc<Mutex<Slot>>);

/// What a guest wants from outside its call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// The other instance's answer to this message.
    Message(Vec<u8>),
    /// A new thread under this number, that calls the interpreter's object at this address.
    Spawn(u32, i32),
    /// To let the thread with this number go on in its place, until another one does the same for it.
    Switch(u32),
    /// That the thread with this number goes on when it has ended.
    Successor(u32),
}

#[derive(Debug, Default)]
enum Slot {
    #[default]
    Quiet,
    Asked(Question),
    Answered(Option<Vec<u8>>),
}

impl Line {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Parks the guest that calls this until `question` is answered. Polled at any other time, it stays parked.
    pub(crate) async fn ask(&self, question: Question) -> Option<Vec<u8>> {
        *self.slot() = Slot::Asked(question);
        poll_fn(|_| {
            let mut slot = self.slot();
            match std::mem::take(&mut *slot) {
                Slot::Answered(answer) => Poll::Ready(answer),
                other => {
                    *slot = other;
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// What the parked guest asks; `None` when it asked nothing since the last answer.
    pub(crate) fn question(&self) -> Option<Question> {
        let mut slot = self.slot();
        match std::mem::take(&mut *slot) {
            Slot::Asked(question) => Some(question),
            other => {
                *slot = other;
                None
            }
        }
    }

    /// Answers the question: `None` is silence. The guest goes on when it is polled next.
    pub(crate) fn answer(&self, answer: Option<Vec<u8>>) {
        *self.slot() = Slot::Answered(answer);
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    #[test]
    fn a_question_waits_for_its_answer() {
        let line = Line::default();
        let mut context = Context::from_waker(Waker::noop());
        let mut asking = pin!(line.ask(Question::Switch(1)));
        assert!(asking.as_mut().poll(&mut context).is_pending());
        assert_eq!(line.question(), Some(Question::Switch(1)));
        assert_eq!(line.question(), None);
        assert!(asking.as_mut().poll(&mut context).is_pending());
        line.answer(Some(b"a".to_vec()));
        assert_eq!(asking.as_mut().poll(&mut context), Poll::Ready(Some(b"a".to_vec())));
    }
}
