//! The cryptography behind HTTPS.

/// Makes it available to every client of this process; to be called before one is built.
pub(crate) fn install() {
    // An error means that a provider is there already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
