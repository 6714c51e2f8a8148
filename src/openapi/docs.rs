//! The page that shows the document and tries calls: Swagger UI out of the crate that carries it, without the internet.
//!
//! The binary holds the files compressed; each is unpacked when it is first asked for, and stays. Source maps and the
//! other forms of the bundle are never unpacked.

use std::io::{Cursor, Read as _};
use std::sync::OnceLock;

use bytes::Bytes;
use zip::ZipArchive;

/// The policy under which the page works: its own files, and calls to its own origin alone; nothing inline. Icons are
/// `data:` images in Swagger UI's style sheet. Tried in Chromium, with every part of the page unfolded.
pub const DOCS_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file of the page by its name under `/docs/`, with its media type; `index.html` is `/docs` itself.
pub fn docs_file(name: &str) -> Option<(&'static str, Bytes)> {
    if let Some((_, kind, text)) = OWN.iter().find(|own| own.0 == name) {
        return Some((kind, Bytes::from_static(text.as_bytes())));
    }
    let packed = PACKED.iter().find(|packed| packed.name == name)?;
    let bytes = packed.unpacked.get_or_init(|| unpack(packed.name));
    Some((packed.kind, bytes.clone()?))
}

const OWN: [(&str, &str, &str); 4] = [
    (
        "index.html",
        "text/html; charset=utf-8",
        include_str!("docs/index.html"),
    ),
    (
        "start.js",
        "text/javascript; charset=utf-8",
        include_str!("docs/start.js"),
    ),
    (
        "links.css",
        "text/css; charset=utf-8",
        include_str!("docs/links.css"),
    ),
    (
        "guide.css",
        "text/css; charset=utf-8",
        include_str!("docs/guide.css"),
    ),
];

struct Packed {
    name: &'static str,
    kind: &'static str,
    /// None inside: the archive has no such file, which a test rules out.
    unpacked: OnceLock<Option<Bytes>>,
}

static PACKED: [Packed; 4] = [
    packed("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    packed("swagger-ui.css", "text/css; charset=utf-8"),
    packed("index.css", "text/css; charset=utf-8"),
    packed("favicon-32x32.png", "image/png"),
];

const fn packed(name: &'static str, kind: &'static str) -> Packed {
    Packed {
        name,
        kind,
        unpacked: OnceLock::new(),
    }
}

fn unpack(name: &str) -> Option<Bytes> {
    let archive = Cursor::new(utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED);
    let mut archive = ZipArchive::new(archive).ok()?;
    // All stands in a folder that is named after the version.
    let wanted = format!("dist/{name}");
    let full = archive
        .file_names()
        .find(|full| full.split_once('/').is_some_and(|(_, rest)| rest == wanted))?
        .to_owned();
    let mut file = archive.by_name(&full).ok()?;
    let mut bytes = Vec::with_capacity(usize::try_from(file.size()).ok()?);
    file.read_to_end(&mut bytes).ok()?;
    Some(Bytes::from(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_whole_and_asks_nobody_else() {
        let (kind, page) = docs_file("index.html").unwrap();
        assert!(kind.starts_with("text/html"));
        let page = std::str::from_utf8(&page).unwrap();
        let parts = page
            .split('"')
            .filter_map(|text| text.strip_prefix("/docs/"))
            .filter(|part| !part.starts_with("guide"));
        let parts: Vec<&str> = parts.collect();
        assert_eq!(parts.len(), 6);
        for part in parts {
            let (_, bytes) = docs_file(part).unwrap();
            assert!(!bytes.is_empty(), "{part}");
        }
        assert!(!page.contains("http") && !page.contains("<script>") && !page.contains("style="));
        assert!(docs_file("swagger-ui-bundle.js").unwrap().1.len() > 1_000_000);
        for none in [
            "swagger-ui-bundle.js.map",
            "../Cargo.toml",
            "",
            "swagger-ui-es-bundle.js",
        ] {
            assert!(docs_file(none).is_none(), "{none}");
        }
    }
}
