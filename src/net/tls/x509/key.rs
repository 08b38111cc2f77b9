//! Keys and signatures by their kind and strength, and which of them this package can verify.

use super::der::{self, INTEGER, OID, SEQUENCE};
use super::fields::PublicKey;

/// A kind of keys, with the parameter that decides their strength.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// With the bits of its modulus.
    Rsa(usize),
    /// As `Rsa`, for signatures in PSS alone.
    RsaPss(usize),
    /// With the object identifier of its curve.
    Curve(String),
    /// With parameters in place of the name of its curve.
    ExplicitCurve,
    /// On a curve, but with half of its point.
    Compressed,
    Ed25519,
    Ed448,
    /// With its object identifier.
    Other(String),
}

pub const P256: &str = "1.2.840.10045.3.1.7";
pub const P384: &str = "1.3.132.0.34";

impl Kind {
    /// The kind of a public key.
    pub fn of_key(key: &PublicKey<'_>) -> Self {
        let algorithm = &key.algorithm;
        match algorithm.oid.as_str() {
            "1.2.840.113549.1.1.1" => Kind::Rsa(modulus(key)),
            "1.2.840.113549.1.1.10" => Kind::RsaPss(modulus(key)),
            "1.2.840.10045.2.1" => {
                let curve = algorithm.parameters.filter(|(tag, _)| *tag == OID);
                match curve {
                    // SEC 1 §2.3.3
                    Some(_) if matches!(key.bytes.first(), Some(2 | 3)) => Kind::Compressed,
                    Some((_, curve)) => Kind::Curve(der::dotted(curve)),
                    None => Kind::ExplicitCurve,
                }
            }
            "1.3.101.112" => Kind::Ed25519,
            "1.3.101.113" => Kind::Ed448,
            other => Kind::Other(other.to_owned()),
        }
    }

    /// Whether a key of this kind can have made a signature with this algorithm.
    pub fn has_signed(&self, algorithm: &str) -> bool {
        let signature = Signature::of(algorithm);
        match self {
            Kind::Rsa(_) => matches!(signature, Some((Signature::Rsa | Signature::RsaPss, _))),
            Kind::RsaPss(_) => matches!(signature, Some((Signature::RsaPss, _))),
            Kind::Curve(_) | Kind::ExplicitCurve | Kind::Compressed => {
                matches!(signature, Some((Signature::Ecdsa, _)))
            }
            Kind::Ed25519 => matches!(signature, Some((Signature::Ed25519, _))),
            Kind::Ed448 => matches!(signature, Some((Signature::Ed448, _))),
            Kind::Other(_) => false,
        }
    }

    /// The bits of its strength, as OpenSSL counts them.
    pub fn strength(&self) -> usize {
        match self {
            Kind::Rsa(bits) | Kind::RsaPss(bits) => match bits {
                ..1024 => 0,
                1024..2048 => 80,
                2048..3072 => 112,
                3072.. => 128,
            },
            Kind::Curve(curve) => match curve.as_str() {
                "1.2.840.10045.3.1.1" => 96,
                "1.3.132.0.33" => 112,
                _ => 128,
            },
            Kind::ExplicitCurve | Kind::Compressed | Kind::Ed25519 => 128,
            Kind::Ed448 => 224,
            Kind::Other(_) => 0,
        }
    }

    /// Why this package cannot verify signatures of such a key, and what to do. `None` if it can.
    pub fn unsupported(&self) -> Option<String> {
        let key = match self {
            Kind::Rsa(2048..=8192) | Kind::Ed25519 => return None,
            Kind::Curve(curve) if [P256, P384].contains(&curve.as_str()) => return None,
            Kind::Rsa(bits) => format!("an RSA key of {bits} bits"),
            Kind::RsaPss(_) => "a key for RSASSA-PSS alone".to_owned(),
            Kind::Curve(curve) => format!("a key on {}", curve_name(curve)),
            Kind::ExplicitCurve => "a key with explicit curve parameters".to_owned(),
            Kind::Compressed => "a key with a compressed point".to_owned(),
            Kind::Ed448 => "an Ed448 key".to_owned(),
            Kind::Other(oid) => format!("a key of an unknown kind ({oid})"),
        };
        Some(format!("{key}, which is not supported: {ADVICE}"))
    }
}

/// Which keys can be used, and how to make one.
pub const ADVICE: &str = "make one of RSA with 2048 to 8192 bits, P-256, P-384 or Ed25519, for example with `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`";

fn curve_name(oid: &str) -> String {
    match oid {
        "1.3.132.0.35" => "P-521".to_owned(),
        "1.3.132.0.33" => "P-224".to_owned(),
        "1.3.132.0.10" => "secp256k1".to_owned(),
        other => format!("the curve {other}"),
    }
}

/// The bits of the modulus of an RSA key (RFC 8017 §A.1.1). 0 if the key is malformed.
fn modulus(key: &PublicKey<'_>) -> usize {
    let content = der::only(key.bytes, SEQUENCE);
    let modulus = content.and_then(|mut content| der::integer(&mut content, INTEGER));
    let modulus = modulus.unwrap_or(&[]);
    let zeros = modulus.iter().take_while(|&&byte| byte == 0).count();
    let first = modulus.get(zeros).map_or(8, |byte| byte.leading_zeros());
    ((modulus.len() - zeros) * 8).saturating_sub(first as usize)
}

/// The algorithm of a signature, without its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    Rsa,
    RsaPss,
    Ecdsa,
    Ed25519,
    Ed448,
}

/// The strength of SHA-1 as OpenSSL has counted it since 3.0.
const SHA1: usize = 63;
const MD5: usize = 39;

impl Signature {
    /// The kind of a signature, and the strength of its digest in bits. The parameters of PSS have the digest.
    pub fn of(algorithm: &str) -> Option<(Self, usize)> {
        Some(match algorithm {
            "1.2.840.113549.1.1.4" => (Signature::Rsa, MD5),
            "1.2.840.113549.1.1.5" => (Signature::Rsa, SHA1),
            "1.2.840.113549.1.1.14" => (Signature::Rsa, 112),
            "1.2.840.113549.1.1.11" => (Signature::Rsa, 128),
            "1.2.840.113549.1.1.12" => (Signature::Rsa, 192),
            "1.2.840.113549.1.1.13" => (Signature::Rsa, 256),
            "1.2.840.113549.1.1.10" => (Signature::RsaPss, 128),
            "1.2.840.10045.4.1" => (Signature::Ecdsa, SHA1),
            "1.2.840.10045.4.3.1" => (Signature::Ecdsa, 112),
            "1.2.840.10045.4.3.2" => (Signature::Ecdsa, 128),
            "1.2.840.10045.4.3.3" => (Signature::Ecdsa, 192),
            "1.2.840.10045.4.3.4" => (Signature::Ecdsa, 256),
            "1.3.101.112" => (Signature::Ed25519, 128),
            "1.3.101.113" => (Signature::Ed448, 224),
            _ => return None,
        })
    }
}
