//! What an import says about a file as a whole: each name once, and how a mapping would read what was refused.

use crate::folder::{Done, Folder};

const CONFIG: &str = r#"
[models.directors.fields]
motto = { type = "string" }
name = { type = "string", required = true, unique = "global" }

[models.movies.fields]
title = { type = "string", required = true }
director = { references = "directors" }
us_gross = { type = "integer" }
"#;

fn import(folder: &Folder, text: &str, more: &[&str]) -> Done {
    folder.write("f.json", text);
    folder.hearth(&[&["import", "movies", "f.json"], more].concat())
}

#[test]
fn names_that_no_field_has_are_told_first_and_once() {
    let folder = Folder::with(CONFIG);
    let rows: Vec<String> = (0..40)
        .map(|at| format!("{{\"title\":\"t\",\"Notes\":1,\"US Gross\":{at},\"x\":{{}}}}"))
        .collect();
    let text = format!("[{},{{\"title\":7,\"x\":1}}]", rows.join(","));
    let said = import(&folder, &text, &["--rejects", "rejects"]).refused();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines,
        [
            "No field is named \"Notes\", which 40 rows have. Name one with --map \"Notes=FIELD\", or leave it out \
             with --map \"Notes=\"",
            "No field is named \"US Gross\", which 40 rows have. Did you mean `us_gross`? Name one with --map \
             \"US Gross=us_gross\", or leave it out with --map \"US Gross=\"",
            "No field is named \"x\", which 41 rows have. Name one with --map \"x=FIELD\", or leave it out with \
             --map \"x=\"",
            "row 41: title: Input should be a valid string",
            "\"title\" has values that are no texts, and `title` is a string. To take them as texts, write in a \
             mapping file (--mapping): \"title\" = { field = \"title\", text = true }",
            "41 of 41 rows are refused, and nothing was imported. Mend them, or leave them out with --skip-invalid",
        ]
    );
    let rejects = folder.read("rejects");
    assert_eq!(rejects.lines().count(), 41, "the file has every reason");
    assert_eq!(rejects.matches("extra_forbidden").count(), 40 * 3 + 1);
}

#[test]
fn of_many_names_without_a_field_the_first_are_told() {
    let folder = Folder::with(CONFIG);
    let members: Vec<String> = (10..40).map(|at| format!("\"n{at}\":1")).collect();
    let said = import(&folder, &format!("[{{{}}}]", members.join(",")), &[]).refused();
    assert!(said.contains("\nand 18 more such names\n"), "{said}");
    assert!(said.lines().count() < 17, "{said}");
}

#[test]
fn a_reference_that_is_given_a_name_is_told_how_it_is_found() {
    let folder = Folder::with(CONFIG);
    let text = r#"[{"title":"x","Boss":"Ada"}]"#;
    let said = import(&folder, text, &["--map", "Boss=director"]).refused();
    let hint = "\"Boss\" has no ids, and `director` refers to `directors` by id. To find its records by another field: \
                --map \"Boss=director.name\", or in a mapping file \"Boss\" = { field = \"director\", by = \"name\" }";
    assert!(said.contains(hint), "{said}");

    let said = import(&folder, text, &["--map", "Boss=director.name"]).refused();
    let wanted = "row 1: director: Value error, there is no director with this `name`\n";
    assert!(said.starts_with(wanted), "{said}");
    folder.write("d.json", r#"[{"name":"Bob"},{"name":"Ada"}]"#);
    folder.hearth(&["import", "directors", "d.json"]).ok();
    import(&folder, text, &["--map", "Boss=director.name"]).ok();
    assert_eq!(folder.records("movies")[0]["director"], 2);
    for (flag, reason) in [
        (
            "Boss=director.nam",
            "Model `directors` has no field `nam`. Did you mean `name`?",
        ),
        (
            "Boss=title.name",
            "The mapping of `title`: `by` is for a field that refers to another model",
        ),
        ("Boss=.name", "Model `movies` has no field ``."),
    ] {
        let said = import(&folder, text, &["--map", flag]).refused();
        assert_eq!(said, reason);
    }
    let help = folder.hearth(&["import", "--help"]).ok();
    assert!(help.contains("--map \"Director=director.name\""), "{help}");
}
