//! The lab of login walls: servers that lock a person out in known ways.

pub(crate) mod table;
pub(crate) mod wall;
