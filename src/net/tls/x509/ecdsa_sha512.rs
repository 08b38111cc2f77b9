//! ECDSA over SHA-512 with curves that are shorter than the digest: OpenSSL signs so with `-sha512`, and ring, which
//! verifies everything else, does not take it.

use ring::digest::{SHA512, digest};
use rustls::pki_types::{
    AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id,
};

/// Both curves.
pub const ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[&P256, &P384];

/// The algorithm of a curve. The crates of the curves share names and no trait that says all of this.
macro_rules! ecdsa_sha512 {
    ($name:ident, $curve:ident, $public_key:expr) => {
        #[derive(Debug)]
        struct $name;

        impl SignatureVerificationAlgorithm for $name {
            fn verify_signature(
                &self,
                public_key: &[u8],
                message: &[u8],
                signature: &[u8],
            ) -> Result<(), InvalidSignature> {
                use $curve::ecdsa::signature::hazmat::PrehashVerifier;
                use $curve::ecdsa::{Signature, VerifyingKey};
                let key = VerifyingKey::from_sec1_bytes(public_key);
                let key = key.map_err(|_| InvalidSignature)?;
                let signature = Signature::from_der(signature).map_err(|_| InvalidSignature)?;
                let digest = digest(&SHA512, message);
                let verified = key.verify_prehash(digest.as_ref(), &signature);
                verified.map_err(|_| InvalidSignature)
            }

            fn public_key_alg_id(&self) -> AlgorithmIdentifier {
                $public_key
            }

            fn signature_alg_id(&self) -> AlgorithmIdentifier {
                alg_id::ECDSA_SHA512
            }
        }
    };
}

ecdsa_sha512!(P256, p256, alg_id::ECDSA_P256);
ecdsa_sha512!(P384, p384, alg_id::ECDSA_P384);
