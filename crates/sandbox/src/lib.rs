//! The providers, emulated.
