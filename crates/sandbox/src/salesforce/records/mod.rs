//! The records of an org, by object.

mod object;
mod people;
mod small;
mod staff;
mod tables;

pub(super) use object::{Api, Column, ColumnType, Object, Row, Snapshot};
