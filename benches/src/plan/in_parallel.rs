//! Simulations side by side: each is computed on one thread, and what comes out does not depend on how many there are.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// What `work` makes of each item, in their order. Items are begun in their order: the longest should come first. `done` is told
/// whenever one is.
///
/// # Errors
/// The first error among the items.
pub(super) fn in_parallel<I, T, E>(
    items: &[I],
    threads: usize,
    work: impl Fn(&I) -> Result<T, E> + Sync,
    mut done: impl FnMut(),
) -> Result<Vec<T>, E>
where
    I: Sync,
    T: Send,
    E: Send,
{
    let next = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    let mut made: Vec<Option<Result<T, E>>> = Vec::new();
    made.resize_with(items.len(), || None);
    thread::scope(|scope| {
        for _ in 0..threads.clamp(1, items.len().max(1)) {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(place) else {
                        return;
                    };
                    // Whoever listens does so until the last sender is gone.
                    let _ = sender.send((place, work(item)));
                }
            });
        }
        drop(sender);
        for (place, result) in results {
            made[place] = Some(result);
            done();
        }
    });
    // A thread that panicked has passed that on already.
    made.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_their_items_whoever_made_them() {
        let items: Vec<u32> = (0..50).collect();
        for threads in [1, 3, 100] {
            let mut done = 0;
            let made = in_parallel(&items, threads, |item| Ok::<_, String>(item * 2), || done += 1);
            assert_eq!(
                made.unwrap(),
                items.iter().map(|item| item * 2).collect::<Vec<_>>()
            );
            assert_eq!(done, 50);
        }
        let none = in_parallel(&[], 2, |item: &u32| Ok::<_, String>(*item), || ());
        assert_eq!(none, Ok(Vec::new()));
    }

    #[test]
    fn the_first_error_is_told() {
        let odd = |item: &u32| {
            if item.is_multiple_of(2) {
                Ok(*item)
            } else {
                Err(*item)
            }
        };
        assert_eq!(in_parallel(&[2, 4, 7, 9], 2, odd, || ()), Err(7));
    }
}
