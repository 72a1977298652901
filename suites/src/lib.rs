//! The suites that come with Assay.
