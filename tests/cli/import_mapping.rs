//! Mistakes in the mapping of an import, and values that a rule cannot read.

use crate::folder::Folder;

const CONFIG: &str = r#"
[models.things.fields]
name = { type = "string", required = true, min_length = 2 }
size = { type = "integer", maximum = 10 }
day = { type = "string", format = "date" }
"#;

fn import(folder: &Folder, text: &str, more: &[&str]) -> crate::folder::Done {
    folder.write("f.json", text);
    folder.hearth(&[&["import", "things", "f.json"], more].concat())
}

#[test]
fn a_mistake_in_the_mapping_stops_before_anything_is_read() {
    let folder = Folder::with(CONFIG);
    folder.write("f.json", "[]");
    for (flag, said) in [
        (
            "name",
            "--map wants \"NAME IN THE FILE=field\", not \"name\"",
        ),
        (
            "X=nam",
            "Model `things` has no field `nam`. Did you mean `name`?",
        ),
    ] {
        let words = ["import", "things", "f.json", "--map", flag];
        assert_eq!(folder.hearth(&words).refused(), said);
    }
    let words = [
        "import", "things", "f.json", "--map", "X=name", "--map", "Y=name",
    ];
    let said = folder.hearth(&words).refused();
    assert_eq!(
        said,
        "\"X\" and \"Y\" are both mapped to `name`. Remove one"
    );
    folder.write(
        "m.toml",
        "[fields]\na = { feild = \"name\" }\nb = { field = \"day\", date = \"%b %Ö\" }\nc = 7\n\
         d = { field = \"name\", create = true }\n[field]\n",
    );
    let words = ["import", "things", "f.json", "--mapping", "m.toml"];
    let said = folder.hearth(&words).refused();
    for line in [
        "m.toml:2: `feild` is no key of a mapping. Did you mean `field`?",
        "m.toml:2: A mapping names its `field`",
        "m.toml:3: `%b %Ö` is no form of a date",
        "m.toml:4: Map it to a field's name",
        "m.toml:5: `create` needs `by`",
        "m.toml:6: A mapping file has one table, [fields]",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    folder.write("m.toml", "[fields]\na = { field = \"name\", by = \"x\" }\n");
    let said = folder.hearth(&words).refused();
    assert!(
        said.contains("`by` is for a field that refers to another model"),
        "{said}"
    );
}

#[test]
fn a_mapped_name_that_no_row_has_is_noted() {
    let folder = Folder::with(CONFIG);
    let text = "[{\"Name\":\"xx\"}]";
    let done = import(&folder, text, &["--map", "Nmae=name"]);
    assert!(
        done.err.starts_with(
            "note: no row has \"Nmae\", which the mapping names. Did you mean \"Name\"?\n"
        ),
        "{done:?}"
    );
    done.refused();
}

#[test]
fn two_values_for_one_field_are_refused() {
    let folder = Folder::with(CONFIG);
    let text = "[{\"Name\":\"xx\",\"name\":\"yy\"}]";
    let said = import(&folder, text, &["--map", "Name=name"]).refused();
    assert!(
        said.starts_with("row 1: name: Value error, the row has two values for this field\n"),
        "{said}"
    );
}

#[test]
fn a_date_that_is_none_is_told_beside_the_other_faults() {
    let folder = Folder::with(CONFIG);
    folder.write(
        "m.toml",
        "[fields]\nWhen = { field = \"day\", date = \"%b %d %Y\" }\n",
    );
    let text = "[{\"When\":\"Feb 30 1998\",\"size\":99}]";
    let said = import(&folder, text, &["--mapping", "m.toml"]).refused();
    assert!(
        said.starts_with(
            "row 1: name: Field required\n\
             row 1: size: Input should be less than or equal to 10\n\
             row 1: day: Input should be a date as %b %d %Y\n"
        ),
        "{said}"
    );
}
