//! Every connection is an open file, of which systems allow few until they are asked for more.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::LoadError;

/// Files that are open anyway: the terminal, timers, what the caller has.
const OTHERS: u64 = 128;

/// Sees that so many connections may be open: those of all runs that go on together.
///
/// # Errors
/// [`LoadError::OpenFiles`] if the system never allows so many.
pub fn allow_connections(connections: usize) -> Result<(), LoadError> {
    let wanted = connections as u64 + OTHERS;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // No limit is as good as any.
    let is_enough = |limit: Option<u64>| limit.is_none_or(|limit| limit >= wanted);
    if is_enough(current) {
        return Ok(());
    }
    let refused = LoadError::OpenFiles {
        connections,
        wanted,
        allowed: maximum.unwrap_or(u64::MAX),
    };
    if !is_enough(maximum) {
        return Err(refused);
    }
    let raised = Rlimit {
        current: Some(wanted),
        maximum,
    };
    setrlimit(Resource::Nofile, raised).map_err(|_| refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_never_allows_is_said() {
        allow_connections(16).unwrap();
        if let Some(maximum) = getrlimit(Resource::Nofile).maximum {
            let asked = usize::try_from(maximum).unwrap();
            let said = allow_connections(asked).unwrap_err().to_string();
            assert!(
                said.starts_with(&format!("{asked} connections need {}", maximum + OTHERS)),
                "{said}"
            );
        }
    }
}
