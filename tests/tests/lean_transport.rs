//! What is tested over reqwest, once more over the leaner transport.

#[path = "client_errors.rs"]
mod client_errors;
#[path = "end_to_end.rs"]
mod end_to_end;
#[path = "under_load.rs"]
mod under_load;
