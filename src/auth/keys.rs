//! Public keys of others: of a JWKS or of a PEM. What could not be meant for checking a token is not in the set.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use serde_json::Value as Json;

use crate::limits;

/// How a token may be signed. Nothing that a shared secret signs: who can check it can forge it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    RS256,
    PS256,
    ES256,
    EdDSA,
}

/// Those that are taken when nothing is said.
pub const DEFAULT_ALGORITHMS: [Algorithm; 4] = [
    Algorithm::RS256,
    Algorithm::ES256,
    Algorithm::EdDSA,
    Algorithm::PS256,
];

impl Algorithm {
    /// By exactly this name, since a header's spelling is the issuer's.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Algorithm::RS256),
            "PS256" => Some(Algorithm::PS256),
            "ES256" => Some(Algorithm::ES256),
            "EdDSA" => Some(Algorithm::EdDSA),
            _ => None,
        }
    }

    fn of_the_library(self) -> jsonwebtoken::Algorithm {
        match self {
            Algorithm::RS256 => jsonwebtoken::Algorithm::RS256,
            Algorithm::PS256 => jsonwebtoken::Algorithm::PS256,
            Algorithm::ES256 => jsonwebtoken::Algorithm::ES256,
            Algorithm::EdDSA => jsonwebtoken::Algorithm::EdDSA,
        }
    }
}

/// A key with the algorithms that it can check. Which one a token says does not matter where the key does not fit.
#[derive(Clone)]
pub struct PublicKey {
    key: DecodingKey,
    fits: &'static [Algorithm],
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?})", self.fits)
    }
}

const RSA: &[Algorithm] = &[Algorithm::RS256, Algorithm::PS256];
const P256: &[Algorithm] = &[Algorithm::ES256];
const ED25519: &[Algorithm] = &[Algorithm::EdDSA];

impl PublicKey {
    /// A `PUBLIC KEY` in PEM, if it is of one of the kinds.
    pub fn from_pem(pem: &str) -> Option<Self> {
        if !pem.contains("PUBLIC KEY-----") {
            return None;
        }
        super::token::install_provider();
        let bytes = pem.as_bytes();
        if let Ok(key) = DecodingKey::from_rsa_pem(bytes) {
            let jwk = Jwk::from_decoding_key(&key, None).ok()?;
            return match jwk.algorithm {
                AlgorithmParameters::RSA(rsa) => PublicKey::rsa(&rsa.n, &rsa.e),
                _ => None,
            };
        }
        if let Ok(key) = DecodingKey::from_ec_pem(bytes) {
            let is_p256 = key.try_get_as_bytes().is_ok_and(|point| point.len() == 65);
            return is_p256.then_some(PublicKey { key, fits: P256 });
        }
        let key = DecodingKey::from_ed_pem(bytes).ok()?;
        let is_ed25519 = key.try_get_as_bytes().is_ok_and(|point| point.len() == 32);
        is_ed25519.then_some(PublicKey { key, fits: ED25519 })
    }

    fn rsa(modulus: &str, exponent: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(modulus).ok()?;
        let significant = bytes
            .iter()
            .skip_while(|byte| **byte == 0)
            .collect::<Vec<_>>();
        let first = **significant.first()?;
        let bits = significant.len() * 8 - first.leading_zeros() as usize;
        if !limits::RSA_BITS.contains(&bits) {
            return None;
        }
        let key = DecodingKey::from_rsa_components(modulus, exponent).ok()?;
        Some(PublicKey { key, fits: RSA })
    }

    fn from_jwk(jwk: &Json) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Json::as_str);
        match (text("kty")?, text("crv")) {
            ("RSA", _) => PublicKey::rsa(text("n")?, text("e")?),
            ("EC", Some("P-256")) => {
                let key = DecodingKey::from_ec_components(text("x")?, text("y")?).ok()?;
                let whole = key.try_get_as_bytes().is_ok_and(|point| point.len() == 65);
                whole.then_some(PublicKey { key, fits: P256 })
            }
            ("OKP", Some("Ed25519")) => {
                let key = DecodingKey::from_ed_components(text("x")?).ok()?;
                let whole = key.try_get_as_bytes().is_ok_and(|point| point.len() == 32);
                whole.then_some(PublicKey { key, fits: ED25519 })
            }
            _ => None,
        }
    }

    pub(super) fn fits(&self, algorithm: Algorithm) -> bool {
        self.fits.contains(&algorithm)
    }

    /// Whether this key's owner signed the message.
    pub(super) fn has_signed(&self, algorithm: Algorithm, message: &str, signature: &str) -> bool {
        let algorithm_there = algorithm.of_the_library();
        self.fits(algorithm)
            && jsonwebtoken::crypto::verify(
                signature,
                message.as_bytes(),
                &self.key,
                algorithm_there,
            )
            .is_ok_and(|good| good)
    }
}

/// The keys of one issuer.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<Named>,
}

#[derive(Clone, Debug)]
struct Named {
    kid: Option<String>,
    /// The only algorithm, where the set says one.
    only: Option<Algorithm>,
    key: PublicKey,
}

impl Named {
    fn fits(&self, algorithm: Algorithm) -> bool {
        self.key.fits(algorithm) && self.only.is_none_or(|only| only == algorithm)
    }
}

impl KeySet {
    /// The usable keys of a JWKS; none when it is no JWKS or has none.
    pub fn from_jwks(bytes: &[u8]) -> Option<Self> {
        let json: Json = serde_json::from_slice(bytes).ok()?;
        let list = json.get("keys")?.as_array()?;
        let keys: Vec<Named> = list
            .iter()
            .filter_map(named)
            .take(limits::KEYS_PER_ISSUER)
            .collect();
        (!keys.is_empty()).then_some(KeySet { keys })
    }

    /// The key that checks a token with this header. Without `kid` only where no other one could be meant.
    pub(super) fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&PublicKey> {
        let mut fitting = self
            .keys
            .iter()
            .filter(|key| key.fits(algorithm) && (kid.is_none() || key.kid.as_deref() == kid));
        let found = fitting.next()?;
        (kid.is_some() || fitting.next().is_none()).then_some(&found.key)
    }
}

/// One member of a JWKS, unless it is for something else.
fn named(jwk: &Json) -> Option<Named> {
    let text = |name: &str| jwk.get(name).and_then(Json::as_str);
    if jwk.get("use").is_some_and(|usage| usage != "sig") {
        return None;
    }
    let verifies = |ops: &Json| {
        ops.as_array()
            .is_some_and(|ops| ops.iter().any(|op| op == "verify"))
    };
    if jwk.get("key_ops").is_some_and(|ops| !verifies(ops)) {
        return None;
    }
    let only = match jwk.get("alg") {
        None => None,
        // What is for another algorithm is for none of ours.
        Some(name) => Some(Algorithm::named(name.as_str()?)?),
    };
    let kid = text("kid").map(str::to_owned);
    if kid.as_ref().is_some_and(|kid| kid.len() > limits::KID_SIZE) {
        return None;
    }
    let key = PublicKey::from_jwk(jwk)?;
    Some(Named { kid, only, key })
}
