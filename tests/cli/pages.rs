//! docs/models.md is true: its examples pass, and it has every key.

use crate::folder::Folder;

const PAGE: &str = include_str!("../../docs/models.md");

#[test]
fn every_example_of_the_models_page_is_a_right_configuration() {
    let blocks: Vec<&str> = PAGE
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(blocks.len() > 8, "{} examples", blocks.len());
    for block in blocks {
        let done = Folder::with(block).hearth(&["check"]);
        assert_eq!(done.err, "", "{block}");
        assert!(done.out.contains("is fine: "), "{done:?}\n{block}");
    }
}

#[test]
fn the_models_page_has_every_key_and_every_word() {
    let schema = Folder::new().hearth(&["settings", "--schema"]).json();
    let mut wanted = vec!["`role:NAME`".to_owned()];
    for definition in ["model", "field"] {
        let keys = schema["definitions"][definition]["properties"]
            .as_object()
            .unwrap();
        for (key, shape) in keys {
            wanted.push(format!("`{key}`"));
            let words = shape["enum"].as_array().into_iter().flatten();
            wanted.extend(
                words
                    .filter(|word| **word != false)
                    .map(|word| format!("`{word}`")),
            );
        }
    }
    for access in [
        "owner",
        "shared_read",
        "public_read",
        "authenticated",
        "admin",
    ] {
        wanted.push(format!("`\"{access}\"`"));
    }
    for word in ["anyone", "signed_in", "owner", "admin"] {
        wanted.push(format!("`{word}`"));
    }
    for word in wanted {
        assert!(PAGE.contains(&word), "{word} is not on the page");
    }
}

#[test]
fn the_readme_leads_to_the_pages() {
    let readme = include_str!("../../README.md");
    for page in ["docs/models.md", "docs/settings.md"] {
        assert!(readme.contains(&format!("]({page})")), "{page}");
    }
}
