//! The `readmit` program: everything is in `readmit::cli`.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    readmit::cli::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}
