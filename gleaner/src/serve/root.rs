//! Runs a root.
