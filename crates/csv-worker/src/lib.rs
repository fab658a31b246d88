//! The CSV engine as a Web Worker: the protocol that the page and the Worker speak. The Worker itself is the binary
//! `csv_worker` of this package.

pub mod protocol;
