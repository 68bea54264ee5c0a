//! Runs a replica of a leaf.
