//! Behind TLS, where ALPN (RFC 7301) decides.

use super::host::{Host, answer_bare, listen};
use super::*;
use crate::net::Trust;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// Types of DER (X.690).
const INTEGER: u8 = 2;
const BIT_STRING: u8 = 3;
const UTC_TIME: u8 = 23;
const SEQUENCE: u8 = 48;
const VERSION: u8 = 0xa0;

/// Object identifiers: ecdsa-with-SHA256, ecPublicKey, prime256v1.
const ECDSA_WITH_SHA256: &[u8] = &[6, 8, 42, 134, 72, 206, 61, 4, 3, 2];
const EC_PUBLIC_KEY: &[u8] = &[6, 7, 42, 134, 72, 206, 61, 2, 1];
const PRIME256V1: &[u8] = &[6, 8, 42, 134, 72, 206, 61, 3, 1, 7];

fn der(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = match content.len() {
        short @ 0..128 => vec![short as u8],
        long @ 128..256 => vec![0x81, long as u8],
        long => vec![0x82, (long >> 8) as u8, long as u8],
    };
    [vec![kind], length, content].concat()
}

/// A certificate that its own key signs, and the key.
fn self_signed() -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let (random, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
    let signed_with = der(SEQUENCE, &[ECDSA_WITH_SHA256]);
    let name = der(SEQUENCE, &[]);
    let time = |text: &str| der(UTC_TIME, &[text.as_bytes()]);
    let validity = der(SEQUENCE, &[&time("260101000000Z"), &time("450101000000Z")]);
    let kind = der(SEQUENCE, &[EC_PUBLIC_KEY, PRIME256V1]);
    let public = der(BIT_STRING, &[&[0], key.public_key().as_ref()]);
    let public = der(SEQUENCE, &[&kind, &public]);
    let version = der(VERSION, &[&der(INTEGER, &[&[2]])]);
    let serial = der(INTEGER, &[&[1]]);
    let parts = [
        &version,
        &serial,
        &signed_with,
        &name,
        &validity,
        &name,
        &public,
    ];
    let content = der(SEQUENCE, &parts.map(Vec::as_slice));
    let signature = key.sign(&random, &content).unwrap();
    let signature = der(BIT_STRING, &[&[0], signature.as_ref()]);
    let certificate = der(SEQUENCE, &[&content, &signed_with, &signature]);
    let key = PrivatePkcs8KeyDer::from(pkcs8.as_ref().to_vec());
    (certificate.into(), key.into())
}

/// The side of a server that offers these protocols.
pub fn acceptor(protocols: &[&str]) -> TlsAcceptor {
    let (certificate, key) = self_signed();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth();
    let mut config = config.with_single_cert(vec![certificate], key).unwrap();
    config.alpn_protocols = protocols.iter().map(|name| (*name).into()).collect();
    TlsAcceptor::from(Arc::new(config))
}

/// A host behind TLS that offers these protocols and answers each request with fields alone.
pub async fn secure_host(protocols: &[&str]) -> Host {
    let acceptor = acceptor(protocols);
    let mut host = listen(move |tcp, _| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(stream) = acceptor.accept(tcp).await else {
                return;
            };
            let Ok(mut connection) = h2::server::handshake(stream).await else {
                return;
            };
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                answer_bare(&mut respond, fields(&[("end", "0")]));
            }
        }
    })
    .await;
    host.be_secure();
    host
}

fn trusting() -> Transport {
    let trust = Trust {
        accept_any: true,
        ..Trust::default()
    };
    let settings = Settings {
        connect_timeout: Some(LONG),
        timeout: Some(LONG),
        trust,
        ..Settings::default()
    };
    Transport::new(settings).unwrap()
}

#[tokio::test]
async fn a_host_behind_tls_that_chooses_h2_is_reached() {
    let host = secure_host(&["http/1.1", "h2"]).await;
    let answer = exchange(&trusting(), &host.uri, "/", "x").await.unwrap();
    assert_eq!(answer.fields["end"], "0");
}

#[tokio::test]
async fn a_host_behind_tls_that_does_not_choose_h2_speaks_no_http2() {
    for protocols in [&[][..], &["http/1.1"]] {
        let host = secure_host(protocols).await;
        let transport = trusting();
        for _ in 0..2 {
            let failed = exchange(&transport, &host.uri, "/", "x").await;
            let failure = assert_failed(failed, "ERR_ETCD_NO_GRPC", Delivery::NotSent);
            assert!(failure.message.contains("ALPN"), "{}", failure.message);
        }
    }
}
