//! A certificate that was refused, in the words of Node.js.

use super::x509::Fault;
use std::fmt;

/// A certificate that was refused, in the words of Node.js.
#[derive(Debug, Clone)]
pub struct Refused {
    pub code: &'static str,
    pub message: String,
}

impl Refused {
    /// For a fault of its chain.
    pub fn by_fault(fault: Fault) -> Self {
        Refused {
            code: fault.code(),
            message: fault.message().to_owned(),
        }
    }

    /// For the names in it.
    pub fn by_name(mismatch: &str) -> Self {
        Refused {
            code: "ERR_TLS_CERT_ALTNAME_INVALID",
            message: format!("Hostname/IP does not match certificate's altnames: {mismatch}"),
        }
    }

    /// A fault that this package cannot judge, and for which Node has no code.
    pub fn unsupported(why: String) -> Self {
        Refused {
            code: Fault::Unspecified.code(),
            message: why,
        }
    }
}

impl std::error::Error for Refused {}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}
