//! X.509 certificates as OpenSSL's `X509_verify_cert` sees them. Knows no TLS and no host.
//!
//! ```text
//! Certificate   one certificate: its fields, and the extensions that matter for a chain
//! Roots         the trusted certificates, found by subject         (super::roots)
//! chain         leaf → … → trusted self-signed root                crypto/x509/x509_vfy.c, build_chain
//! judge         the fault of the chain: the last one counts                      verify_chain
//! confirmation  a second verification, by webpki, of chains of public authorities
//! ```
//!
//! Node.js lets OpenSSL continue after each fault and reports the last fault that was stored. The order of the checks
//! therefore decides which code a caller gets: keep OpenSSL's order.

mod certificate;
mod chain;
mod confirmation;
mod constraints;
mod der;
mod distinguished_name;
mod ecdsa_sha512;
mod extensions;
mod fault;
mod fields;
mod general_name;
mod judge;
mod key;
mod signature;
mod time;

pub use certificate::Certificate;
pub use chain::Trusted;
pub use confirmation::confirm;
pub use der::dotted;
pub use distinguished_name::DistinguishedName;
pub use fault::Fault;
pub use general_name::GeneralName;
pub use judge::Judge;
pub use key::ADVICE;

#[cfg(test)]
pub mod fixtures;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
