//! Tasks of this workspace that are more than one cargo command: `cargo xtask --help`.

fn main() -> std::process::ExitCode {
    xtask::main()
}
