//! OpenSSL's names for the alerts with which a server ends a connection: Node.js gives them to its callers.

use rustls::AlertDescription;
use std::sync::atomic::{AtomicBool, Ordering};

/// Since this version of OpenSSL the alerts that SSL 3 had are no longer named after it.
const RENAMED: (u32, u32) = (3, 2);
const OLD_NAME: &str = "sslv3 ";
const NEW_NAME: &str = "ssl/tls ";

/// Whether the process has such an OpenSSL.
static IS_RENAMED: AtomicBool = AtomicBool::new(false);

/// Names alerts as the OpenSSL of the process does, whose version this is.
pub fn name_as(openssl: &str) {
    let mut numbers = openssl.split('.').map(|number| number.parse().ok());
    let version = numbers.next().flatten().zip(numbers.next().flatten());
    let is_renamed = version.is_some_and(|version| version >= RENAMED);
    IS_RENAMED.store(is_renamed, Ordering::Relaxed);
}

/// An alert in the words of OpenSSL.
#[derive(Debug)]
pub struct Alert {
    number: u8,
    /// As in `sslv3 alert bad certificate`.
    pub reason: String,
}

impl Alert {
    /// What OpenSSL makes of this alert.
    pub fn new(alert: AlertDescription) -> Self {
        let number = u8::from(alert);
        Alert {
            number,
            reason: match IS_RENAMED.load(Ordering::Relaxed) {
                true => reason(number).replace(OLD_NAME, NEW_NAME),
                false => reason(number).to_owned(),
            },
        }
    }

    /// The code of Node.js's error.
    pub fn code(&self) -> String {
        format!("ERR_SSL_{}", self.reason.to_uppercase().replace(' ', "_"))
    }

    /// OpenSSL's whole message, without the places in its sources.
    pub fn message(&self) -> String {
        let Alert { number, reason } = self;
        let code = 0x0A00_0000 + 1000 + u32::from(*number);
        format!("error:{code:08X}:SSL routines::{reason}:SSL alert number {number}")
    }
}

fn reason(number: u8) -> &'static str {
    match number {
        10 => "sslv3 alert unexpected message",
        20 => "sslv3 alert bad record mac",
        21 => "tlsv1 alert decryption failed",
        22 => "tlsv1 alert record overflow",
        30 => "sslv3 alert decompression failure",
        40 => "sslv3 alert handshake failure",
        41 => "sslv3 alert no certificate",
        42 => "sslv3 alert bad certificate",
        43 => "sslv3 alert unsupported certificate",
        44 => "sslv3 alert certificate revoked",
        45 => "sslv3 alert certificate expired",
        46 => "sslv3 alert certificate unknown",
        47 => "sslv3 alert illegal parameter",
        48 => "tlsv1 alert unknown ca",
        49 => "tlsv1 alert access denied",
        50 => "tlsv1 alert decode error",
        51 => "tlsv1 alert decrypt error",
        60 => "tlsv1 alert export restriction",
        70 => "tlsv1 alert protocol version",
        71 => "tlsv1 alert insufficient security",
        80 => "tlsv1 alert internal error",
        86 => "tlsv1 alert inappropriate fallback",
        90 => "tlsv1 alert user cancelled",
        100 => "tlsv1 alert no renegotiation",
        109 => "tlsv13 alert missing extension",
        110 => "tlsv1 unsupported extension",
        111 => "tlsv1 certificate unobtainable",
        112 => "tlsv1 unrecognized name",
        113 => "tlsv1 bad certificate status response",
        114 => "tlsv1 bad certificate hash value",
        115 => "tlsv1 unknown psk identity",
        116 => "tlsv13 alert certificate required",
        120 => "tlsv1 no application protocol",
        _ => "unknown alert",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_has_openssls_names() {
        let alert = Alert::new(AlertDescription::CertificateRequired);
        assert_eq!(alert.code(), "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED");
        let message =
            "error:0A00045C:SSL routines::tlsv13 alert certificate required:SSL alert number 116";
        assert_eq!(alert.message(), message);
    }

    #[test]
    fn an_alert_of_ssl_3_has_the_name_that_this_openssl_has_for_it() {
        let (old, new) = ("ERR_SSL_SSLV3_ALERT", "ERR_SSL_SSL/TLS_ALERT");
        for (openssl, name) in [
            ("3.5.8", new),
            ("3.2.0+quic", new),
            ("4.0.0", new),
            ("3.0.19+quic", old),
            ("1.1.1w", old),
            ("", old),
        ] {
            name_as(openssl);
            let code = Alert::new(AlertDescription::BadCertificate).code();
            assert_eq!(code, format!("{name}_BAD_CERTIFICATE"), "{openssl}");
            let other = Alert::new(AlertDescription::UnknownCA).code();
            assert_eq!(other, "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA");
        }
    }
}
