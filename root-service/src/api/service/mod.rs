//! Calls about the service itself: what it is, under which licence, where it listens, whether it lives.

pub(super) mod calls;
pub(super) mod info;
pub(super) mod license;
pub(super) mod metrics;
pub(super) mod nodes;
pub(super) mod probes;
