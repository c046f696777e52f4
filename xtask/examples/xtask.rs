//! The tasks' command line: `cargo xtask NAME`.

fn main() -> std::process::ExitCode {
    xtask::run(std::env::args().skip(1))
}
