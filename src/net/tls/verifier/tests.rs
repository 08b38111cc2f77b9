use super::super::x509::fixtures::{LEAF, MIDDLE, NOW, ROOT, VERSION_1};
use super::*;
use rustls::crypto::ring::default_provider;
use std::time::Duration;

fn verified(sent: &[&'static [u8]], is_public: bool) -> Result<(), Refused> {
    let name = ServerName::try_from("localhost").unwrap();
    let verifier = Verifier {
        roots: Arc::new(OnceLock::from(Roots::of(&[ROOT], is_public))),
        ..Verifier::new(Trust::default(), None, Arc::new(default_provider()))
    };
    let sent = sent.iter().filter_map(|der| Certificate::new(der));
    let sent: Vec<_> = sent.map(Rc::new).collect();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(NOW));
    verifier.verify(&sent, &name, now)
}

#[test]
fn what_a_public_authority_does_not_issue_is_taken_of_a_private_one_alone() {
    assert!(verified(&[LEAF, MIDDLE], true).is_ok());
    assert!(verified(&[LEAF, MIDDLE], false).is_ok());
    assert!(verified(&[VERSION_1], false).is_ok());
    let refused = verified(&[VERSION_1], true).unwrap_err();
    assert_eq!(refused.code, "UNSPECIFIED");
    let start = r#"the chain of the certificate "CN=localhost" is refused"#;
    assert!(refused.message.starts_with(start), "{refused}");
}

#[test]
fn a_certificate_that_cannot_be_read_is_named_by_its_place() {
    let sent = [LEAF, &MIDDLE[..9]].map(CertificateDer::from);
    let refused = read(sent.iter()).unwrap_err();
    assert_eq!(refused.code, "UNSPECIFIED");
    let message = "certificate 2 of those that the server sent cannot be read";
    assert_eq!(refused.message, message);
}

#[test]
fn every_public_root_can_be_read() {
    for der in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        let root = Certificate::new(der).unwrap();
        assert!(root.is_self_signed(), "{}", root.name());
        assert!(!root.extensions.is_malformed, "{}", root.name());
    }
}
