//! Documents that are named on the command line.

use std::io::Read;
use std::{fs, io};

/// The content of a file; `-` stands for standard input.
pub(crate) fn read(file: &str) -> io::Result<Vec<u8>> {
    if file == "-" {
        let mut content = Vec::new();
        io::stdin().lock().read_to_end(&mut content)?;
        Ok(content)
    } else {
        fs::read(file)
    }
}
