//! Stories of every wall, told by a plain HTTP client.
