//! Loads suites.
