//! Counting what a newer peer says that this crate does not know, while a document is read.

use std::cell::Cell;

thread_local! {
    // Reading JSON is synchronous: from the beginning of a document to its end nothing else happens
    // on this thread.
    static MET: Cell<usize> = const { Cell::new(0) };
}

/// Notes that an alternative or a word was kept that this crate does not know.
pub(crate) fn met() {
    MET.set(MET.get() + 1);
}

/// Runs `read`, and gives how much was met during it.
pub(crate) fn counting<T>(read: impl FnOnce() -> T) -> (T, usize) {
    let outside = MET.replace(0);
    let read = read();
    (read, MET.replace(outside))
}
