//! The Web Worker: a thin shell that reads the file and lets `roster` do the work.

#[cfg(target_arch = "wasm32")]
mod worker;

fn main() {
    #[cfg(target_arch = "wasm32")]
    worker::start();
}
