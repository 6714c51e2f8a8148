//! A pair that a person wrote is tried on the schema when it is applied: what does not lead back is said, and nothing is
//! refused for it.

use super::project::{NOTES, Project, three};

fn said(up: &str, down: Option<&str>) -> String {
    let project = Project::new(NOTES);
    three(&project);
    project.migrate(&["upgrade"]).done();
    project.revision("V20260104000000__mine", up, down.unwrap_or_default());
    if down.is_none() {
        let file = "hearth_data/revisions/down/V20260104000000__mine.sql";
        std::fs::remove_file(project.path(file)).unwrap();
    }
    let said = project.migrate(&["upgrade"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(project.versions().ends_with("20260104000000"));
    said.err
}

#[test]
fn a_way_back_that_does_not_lead_back_is_said_when_the_revision_is_applied() {
    let place = "note: revisions/down/V20260104000000__mine.sql";
    let up = "CREATE TABLE mine (a TEXT);";
    for (down, words) in [
        (Some("DROP TABLE mine;"), ""),
        (Some("-- nothing"), "is empty"),
        (None, "does not exist"),
        (Some("-- irreversible: so be it"), "so be it"),
        (Some("DROP TABLE yours;"), "fails: no such table: yours"),
        (
            Some("DROP TABLE mine; CREATE TABLE yours (a);"),
            "does not lead back",
        ),
    ] {
        let said = said(up, down);
        if words.is_empty() {
            assert_eq!(said, "");
        } else {
            assert!(
                said.contains(place) && said.contains(words),
                "{down:?}: {said}"
            );
        }
    }
}

#[test]
fn rows_alone_need_no_way_back_and_a_revision_that_needs_rows_is_not_judged() {
    assert_eq!(
        said("UPDATE notes SET priority = 4;", Some("-- nothing to undo")),
        ""
    );
    // On a schema without rows it fails, which says nothing.
    let up =
        "CREATE TABLE one (a NOT NULL); INSERT INTO one SELECT max(version) FROM hearth_revisions;";
    assert_eq!(said(up, Some("DROP TABLE one;")), "");
}
