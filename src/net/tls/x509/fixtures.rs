//! Chains for tests: root → middle → leaf, and root → version-1. The leaf is for localhost and 127.0.0.1, which the
//! constraints of the middle allow; the one of version 1 has the common name localhost. All are valid from 2026 to 2045.

/// Seconds since 1970, within 2030.
pub const NOW: u64 = 1_900_000_000;

pub const ROOT: &[u8] = include_bytes!("fixtures/root.der");
pub const MIDDLE: &[u8] = include_bytes!("fixtures/middle.der");
pub const LEAF: &[u8] = include_bytes!("fixtures/leaf.der");
pub const VERSION_1: &[u8] = include_bytes!("fixtures/version-1.der");
