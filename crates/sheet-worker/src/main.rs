//! The Web Worker: a thin shell that takes a file and lets `sheets` do the work.

#[cfg(target_arch = "wasm32")]
mod worker;

fn main() {
    #[cfg(target_arch = "wasm32")]
    worker::start();
}
