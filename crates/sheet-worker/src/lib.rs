//! The reader of spreadsheets as a Web Worker: the messages that the page and the Worker exchange. The Worker itself is
//! the binary `sheet_worker` of this package. It is apart from the CSV Worker so that only files of this kind need its
//! code.

pub mod messages;
