//! OpenSSL's names for TLS alerts, which Node.js gives to its callers. They are those before OpenSSL 3.2: lib/alert-names.js
//! renames them for a later OpenSSL.

use rustls::AlertDescription;

/// An alert in the words of OpenSSL.
#[derive(Debug)]
pub struct Alert {
    number: u8,
    /// As in `sslv3 alert bad certificate`.
    pub reason: &'static str,
}

impl Alert {
    /// The name of this alert.
    pub fn new(alert: AlertDescription) -> Self {
        let number = u8::from(alert);
        Alert {
            number,
            reason: reason(number),
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
    fn an_alert_has_the_name_of_openssl() {
        let alert = Alert::new(AlertDescription::CertificateRequired);
        assert_eq!(alert.code(), "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED");
        let message =
            "error:0A00045C:SSL routines::tlsv13 alert certificate required:SSL alert number 116";
        assert_eq!(alert.message(), message);
    }
}
