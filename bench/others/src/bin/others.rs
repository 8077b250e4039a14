//! The other contestants.

fn main() -> std::process::ExitCode {
    bench_others::main()
}
