use std::fs::File;
use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

/// How often a running child is looked after.
const TICK: Duration = Duration::from_millis(50);

/// Runs `command` to its end with its standard error in `log` and no standard input, calling `tick` all the
/// while. When `tick` gives false the child is killed and the answer is `None`.
///
/// Standard error goes to a file because a pipe can be held open by a grandchild after the child has ended.
pub(super) fn run(command: &mut Command, log: File, mut tick: impl FnMut() -> bool) -> io::Result<Option<ExitStatus>> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    let mut child = Running(command.spawn()?);
    loop {
        if let Some(status) = child.0.try_wait()? {
            return Ok(Some(status));
        }
        if !tick() {
            return Ok(None);
        }
        thread::sleep(TICK);
    }
}

/// A child that doesn't outlive us.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
