//! `hearth guide`: one page on this project's models and API. Row A13.

use crate::folder::Folder;

#[test]
fn the_guide_names_each_model_field_and_who_may_do_what() {
    let folder = Folder::with(
        "[server]\nurl = \"https://films.example.com\"\n\
         [models.films]\naccess = \"public_read\"\ndescription = \"Films of all times\"\n[models.films.fields]\n\
         title = { type = \"string\", required = true, description = \"As on the poster\" }\n\
         genre = { type = \"string\", enum = [\"drama\", \"comedy\"] }\n\
         director = { references = \"people\" }\n\
         secret = { type = \"string\", write_only = true }\n\
         [models.people.fields]\nname = { type = \"string\" }\n",
    );
    let page = folder.hearth(&["guide"]).ok();
    for line in [
        "## /api/films\nFilms of all times\nAccess: read anyone · create signed-in users · update the owner · delete the owner\n",
        "- title: string, required, As on the poster\n",
        "- genre: one of drama, comedy, optional\n",
        "- director: integer, id of `people`, optional\n",
        "- secret: string, optional, write only\n",
        "## /api/people\n",
        "https://films.example.com/openapi.json",
    ] {
        assert!(page.contains(line), "{line}\n{page}");
    }
    assert!(page.lines().count() < 80, "it is one page");
}

#[test]
fn every_listing_has_a_form_for_programs() {
    let folder = Folder::new();
    folder.user("ada@example.com");
    for words in [
        &["settings"][..],
        &["routes"],
        &["user", "list"],
        &["audit"],
    ] {
        let list = folder.hearth(&[words, &["--json"]].concat()).json();
        assert!(!list.as_array().unwrap().is_empty(), "{words:?}");
    }
}
