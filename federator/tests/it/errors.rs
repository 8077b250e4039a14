//! Every row of `transport.md` §8.5 that concerns federators, by a real failure, as the caller sees it:
//! the stage, and exactly the status and label.

mod between;
mod component;
mod inward;
mod outward;

/// The backend that is called.
const B: &str = "b.example.com";
