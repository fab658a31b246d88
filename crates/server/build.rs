//! Builds the server anew when a migration is added or changed: they are part of the binary.

#[expect(clippy::print_stdout, reason = "how a build script speaks to cargo")]
fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
