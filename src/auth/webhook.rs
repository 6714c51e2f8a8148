//! Signed messages after Standard Webhooks, which are Svix's and so Clerk's, too: is one from who has the secret, and of
//! now? Whether it was taken before is not known here.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::limits;

const MARK: &str = "whsec_";

/// What signs an issuer's messages.
#[derive(Clone)]
pub struct MessageKey(hmac::Key);

impl fmt::Debug for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MessageKey(…)")
    }
}

impl MessageKey {
    /// Of `whsec_` and base64 of 24 to 64 bytes, as the standard has it; None of anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.strip_prefix(MARK)?).ok()?;
        (24..=64)
            .contains(&bytes.len())
            .then(|| MessageKey(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// Whether one of the message's signatures is this key's. All of them are looked at, each in constant time.
    pub fn signed(&self, message: &Message<'_>) -> bool {
        let head = format!("{}.{}.", message.id, message.timestamp);
        let signed = [head.as_bytes(), message.body].concat();
        let mut found = false;
        for signature in &message.signatures {
            found |= hmac::verify(&self.0, &signed, signature).is_ok();
        }
        found
    }
}

/// A message as it came, not believed yet.
#[derive(Debug)]
pub struct Message<'m> {
    /// The same for each try to deliver it.
    pub id: &'m str,
    /// In seconds since 1970, as it is written.
    timestamp: &'m str,
    /// Those of a version that is known: `v1`.
    signatures: Vec<Vec<u8>>,
    body: &'m [u8],
}

impl<'m> Message<'m> {
    /// Of the three headers' texts and the body's own bytes, at `now` in seconds since 1970. The error says why for the
    /// log; who sent it is not told.
    pub fn read(
        id: &'m str,
        timestamp: &'m str,
        signatures: &str,
        body: &'m [u8],
        now: i64,
    ) -> Result<Self, &'static str> {
        if id.is_empty() || id.len() > limits::MESSAGE_ID_SIZE {
            return Err("its id is empty or too long");
        }
        let digits = (1..=15).contains(&timestamp.len())
            && timestamp.bytes().all(|byte| byte.is_ascii_digit());
        let at = timestamp.parse::<i64>().ok().filter(|_| digits);
        let at = at.ok_or("its timestamp is no whole number of seconds")?;
        if now.abs_diff(at) > limits::MESSAGE_AGE.as_secs() {
            return Err("its timestamp is too far from this machine's time");
        }
        let signatures: Vec<Vec<u8>> = signatures
            .split(' ')
            .take(limits::MESSAGE_SIGNATURES)
            .filter_map(|text| text.strip_prefix("v1,"))
            .filter_map(|text| STANDARD.decode(text).ok())
            .collect();
        if signatures.is_empty() {
            return Err("it has no signature of version v1");
        }
        Ok(Message {
            id,
            timestamp,
            signatures,
            body,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example that Standard Webhooks and Svix publish.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const AT: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn is_taken(id: &str, timestamp: &str, signatures: &str, body: &[u8], now: i64) -> bool {
        let key = MessageKey::parse(SECRET).unwrap();
        Message::read(id, timestamp, signatures, body, now)
            .is_ok_and(|message| key.signed(&message))
    }

    #[test]
    fn the_published_example_is_taken() {
        let at = AT.to_string();
        assert!(is_taken(ID, &at, SIGNATURE, BODY, AT));
        let other = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";
        let several = [
            format!("v2,{SIGNATURE} {other} v1a,AAAA {SIGNATURE}"),
            format!("{SIGNATURE} {other}"),
        ];
        for signatures in several {
            assert!(is_taken(ID, &at, &signatures, BODY, AT), "{signatures}");
        }
    }

    #[test]
    fn five_minutes_are_the_most_that_clocks_may_differ() {
        let at = AT.to_string();
        for (now, taken) in [
            (AT - 300, true),
            (AT + 300, true),
            (AT - 301, false),
            (AT + 301, false),
            (i64::MAX, false),
            (i64::MIN, false),
        ] {
            assert_eq!(is_taken(ID, &at, SIGNATURE, BODY, now), taken, "{now}");
        }
    }

    #[test]
    fn whatever_differs_is_refused() {
        let at = AT.to_string();
        let bare = SIGNATURE.trim_start_matches("v1,");
        for (id, timestamp, signatures, body) in [
            ("msg_other", at.as_str(), SIGNATURE, BODY),
            ("", &at, SIGNATURE, BODY),
            (ID, "1614265331", SIGNATURE, BODY),
            (ID, "+1614265330", SIGNATURE, BODY),
            (ID, "1614265330.0", SIGNATURE, BODY),
            (ID, "01614265330", SIGNATURE, BODY),
            (ID, "", SIGNATURE, BODY),
            (ID, "99999999999999999999999", SIGNATURE, BODY),
            (ID, &at, SIGNATURE, br#"{"test":2432232314}"#),
            (ID, &at, SIGNATURE, b""),
            (ID, &at, "", BODY),
            (ID, &at, "v1,", BODY),
            (ID, &at, "v1", BODY),
            (ID, &at, bare, BODY),
            (ID, &at, &format!("v2,{bare}"), BODY),
            (ID, &at, &format!("V1,{bare}"), BODY),
            (ID, &at, &SIGNATURE[..SIGNATURE.len() - 4], BODY),
            (ID, &at, "v1,not base64 at all", BODY),
        ] {
            assert!(
                !is_taken(id, timestamp, signatures, body, AT),
                "{id} {timestamp} {signatures}"
            );
        }
        let long = "m".repeat(limits::MESSAGE_ID_SIZE + 1);
        assert!(!is_taken(&long, &at, SIGNATURE, BODY, AT));
        let late = format!(
            "{}{SIGNATURE}",
            "v1,AAAA ".repeat(limits::MESSAGE_SIGNATURES)
        );
        assert!(!is_taken(ID, &at, &late, BODY, AT));
    }

    #[test]
    fn a_secret_is_marked_and_long_enough() {
        for text in [
            "",
            "whsec_",
            "whsec_c2hvcnQ=",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!",
        ] {
            assert!(MessageKey::parse(text).is_none(), "{text}");
        }
        let key = MessageKey::parse(SECRET).unwrap();
        assert_eq!(format!("{key:?}"), "MessageKey(…)");
    }
}
