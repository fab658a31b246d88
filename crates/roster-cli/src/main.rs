//! `roster`: checks people files on the command line.

fn main() {}
