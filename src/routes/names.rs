//! What a file's name says: its media type, and how long a browser may keep it.

/// The browser keeps it and asks whether it is still the same.
pub(super) const ASK_AGAIN: &str = "no-cache";
/// The browser keeps it for good: another content has another name.
pub(super) const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// Folders in which builders put files whose names have a hash.
const BUILT: [&str; 5] = ["assets", "_app", "_astro", "_next", "_nuxt"];

/// How long the file of that path may be kept.
pub(super) fn cache(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    let built = path.split('/').any(|folder| BUILT.contains(&folder));
    let Some((stem, end)) = name.rsplit_once('.') else {
        return ASK_AGAIN;
    };
    // `app-3f9a8b2c.js`, `app.3f9a8b2c.chunk.js`
    let hashed = stem.split(['-', '.']).any(|part| is_hash(part, built));
    if hashed && end != "html" {
        FOR_GOOD
    } else {
        ASK_AGAIN
    }
}

/// Hexadecimal digits and letters, which no word or date is; in a builder's folder also the letters of base64.
fn is_hash(part: &str, built: bool) -> bool {
    let has = |kind: fn(&u8) -> bool| part.bytes().any(|byte| kind(&byte));
    let all = |kind: fn(&u8) -> bool| part.bytes().all(|byte| kind(&byte));
    let hexadecimal = all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte))
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase);
    let mixed = all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase);
    part.len() >= 8 && (hexadecimal || (built && mixed))
}

/// Whether compressing it is worth while.
pub(super) fn is_text(kind: &str) -> bool {
    kind.starts_with("text/")
        || kind.ends_with("json")
        || kind.ends_with("xml")
        || kind == "application/wasm"
}

/// The media type of a file by the end of its name.
pub(super) fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/vnd.microsoft.icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "wasm" => "application/wasm",
        "pdf" => "application/pdf",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "txt" | "md" => "text/plain; charset=utf-8",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_with_a_hash_is_kept_for_good() {
        for path in [
            "app-3f9a8b2c.js",
            "js/app.3f9a8b2c.chunk.js",
            "assets/index-DiwrgTda.js",
            "_next/static/chunks/webpack-59c5c889f52620d6.js",
        ] {
            assert_eq!(cache(path), FOR_GOOD, "{path}");
        }
        for path in [
            "index.html",
            "index-3f9a8b2c.html",
            "app.js",
            "report-20261124.pdf",
            "bootstrap-datepicker.js",
            "feedface.txt",
            "img/HolidayPhoto.jpg",
            "LICENSE",
        ] {
            assert_eq!(cache(path), ASK_AGAIN, "{path}");
        }
    }
}
