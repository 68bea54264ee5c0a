//! Ends a cluster whose test cannot: because it was killed, or because a cluster that tests share is never dropped.

use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use super::Folder;
use super::folder::KEEP;

/// When standard input ends: kills `$1` and removes the folder `$2`, unless the file `$3` in it says to keep it.
const EXECUTE: &str = r#"
cat >/dev/null
kill -9 "$1" 2>/dev/null
[ -e "$2/$3" ] && exit
for _ in 1 2 3 4 5 6 7 8; do rm -rf "$2" 2>/dev/null && exit; sleep 0.25; done
"#;

/// A process whose standard input ends when this process does, also when that is killed.
#[derive(Debug)]
pub(super) struct Executioner {
    shell: Child,
}

impl Executioner {
    /// Watches over a supervisor, whose own processes end with it, and over its folder.
    pub(super) fn watching(supervisor: u32, folder: &Folder) -> Self {
        let shell = Command::new("sh")
            .args(["-c", EXECUTE, "sh", &supervisor.to_string()])
            .arg(folder.path())
            .arg(KEEP)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C ends the tests, and must not end who cleans up after them.
            .process_group(0)
            .spawn()
            .expect("there is a shell");
        Self { shell }
    }

    /// Ends the watch without an execution.
    #[expect(clippy::disallowed_methods, reason = "a drop cannot wait in any other way")]
    pub(super) fn dismiss(&mut self) {
        // Standard input is still open, so the shell waits; an error means that somebody else has killed it.
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}
