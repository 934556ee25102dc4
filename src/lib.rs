//! The flow in one paragraph: to be written.
