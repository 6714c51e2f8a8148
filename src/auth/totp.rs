//! One-time codes of an authenticator app: TOTP (RFC 6238) with SHA-1, six digits and steps of 30 seconds, which is what
//! every app takes. And the recovery codes beside them. Not when a code may be used: that is `services/second_factor`.
//!
//! The HMAC is aws-lc's, which is linked anyway; `totp-rs` would bring a second one, and its check says whether a code is
//! right but not of which step it is, without which none can be refused the second time.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{Error, Result};

/// Seconds of a step.
const STEP: i64 = 30;
/// Steps before and after the present one whose codes are taken, since telephones' clocks differ.
const BESIDE: i64 = 1;
/// Bytes of a shared secret: the output of SHA-1, as RFC 4226 recommends.
const SECRET: usize = 20;
/// Bytes of a recovery code: nobody guesses 80 bits, nor finds them from their hash.
const RECOVERY: usize = 10;

/// What an app and this server share.
pub(crate) struct Secret([u8; SECRET]);

impl Secret {
    pub(crate) fn random() -> Result<Self> {
        random().map(Secret)
    }

    /// As `stored` wrote it.
    pub(crate) fn read(stored: &str) -> Result<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(stored).map_err(Error::internal)?;
        bytes
            .try_into()
            .map(Secret)
            .map_err(|_| Error::internal("a stored secret of a second factor has another size"))
    }

    /// How it is kept.
    pub(crate) fn stored(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// How people type it into an app.
    pub(crate) fn shown(&self) -> String {
        base32(&self.0)
    }

    /// The step after `last` whose code this is, of those around `now` (seconds since 1970). Takes as long whatever the
    /// code is.
    pub(crate) fn step_of(&self, code: &str, now: i64, last: Option<i64>) -> Option<i64> {
        let present = now.div_euclid(STEP);
        let steps = present - BESIDE..=present + BESIDE;
        let fits = |step: &i64| {
            let right = self.code(*step);
            constant_time::verify_slices_are_equal(right.as_bytes(), code.as_bytes()).is_ok()
        };
        // All of them are compared before any is chosen.
        let fitting: Vec<i64> = steps.filter(fits).collect();
        fitting
            .into_iter()
            .find(|step| last.is_none_or(|last| *step > last))
    }

    /// The code of a step, as RFC 4226 (section 5.3) cuts it out of the HMAC.
    fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag.last().copied().unwrap_or_default() & 15);
        let word = tag.iter().skip(offset).take(4);
        let number = word.fold(0u32, |number, byte| (number << 8) | u32::from(*byte));
        format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
    }
}

/// A recovery code in groups, to be written down: `k3vq-7d2m-ptzx-h4an`.
pub(crate) fn recovery_code() -> Result<String> {
    let text = base32(&random::<RECOVERY>()?).to_lowercase();
    let groups = text.as_bytes().chunks(4);
    let groups: Vec<String> = groups
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    Ok(groups.join("-"))
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(bytes)
}

/// RFC 4648's base32, of a whole number of groups of five bytes.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for group in bytes.chunks(5) {
        let number = group
            .iter()
            .fold(0u64, |number, byte| (number << 8) | u64::from(*byte));
        for place in (0..8).rev() {
            let at = (number >> (place * 5)) & 31;
            text.extend(LETTERS.get(at as usize).map(|letter| char::from(*letter)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238's own test, appendix B, of which the last six digits are shown in an app.
    const EXAMPLES: [(i64, &str); 6] = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];

    fn secret() -> Secret {
        Secret(*b"12345678901234567890")
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (time, code) in EXAMPLES {
            assert_eq!(secret().code(time / STEP), code, "{time}");
            assert_eq!(secret().step_of(code, time, None), Some(time / STEP));
        }
        assert_eq!(secret().shown(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let kept = Secret::read(&secret().stored()).unwrap();
        assert_eq!(kept.shown(), secret().shown());
    }

    #[test]
    fn one_step_beside_is_taken_and_no_further() {
        let now = 1_234_567_890;
        let code = secret().code(now / STEP);
        for (seconds, taken) in [
            (-60, false),
            (-30, true),
            (0, true),
            (30, true),
            (60, false),
        ] {
            let found = secret().step_of(&code, now + seconds, None);
            assert_eq!(found, taken.then_some(now / STEP), "{seconds}");
        }
    }

    #[test]
    fn a_step_that_was_taken_is_over_with_those_before() {
        let now = 1_234_567_890;
        let step = now / STEP;
        for (at, last, taken) in [(0, 0, false), (-1, 0, false), (1, 0, true), (0, -1, true)] {
            let code = secret().code(step + at);
            let found = secret().step_of(&code, now, Some(step + last));
            assert_eq!(found, taken.then_some(step + at), "{at} after {last}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for code in ["", "28708", "2870822", "287 082", "abcdef", "٢٨٧٠٨٢"] {
            assert_eq!(secret().step_of(code, 59, None), None, "{code}");
        }
    }

    #[test]
    fn recovery_codes_are_long_and_differ() {
        let codes: std::collections::HashSet<String> =
            (0..1000).map(|_| recovery_code().unwrap()).collect();
        assert_eq!(codes.len(), 1000);
        let fits = |code: &String| {
            code.len() == 19
                && code
                    .bytes()
                    .all(|byte| byte == b'-' || b"abcdefghijklmnopqrstuvwxyz234567".contains(&byte))
        };
        assert!(codes.iter().all(fits));
    }
}
