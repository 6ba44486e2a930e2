//! The door of the `firebox` command.

fn main() -> std::process::ExitCode {
    firebox::main()
}
