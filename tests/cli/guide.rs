//! `hearth guide`: one page on this project's models and API. Row A13.

use crate::folder::Folder;

#[test]
fn the_guide_names_each_model_field_and_who_may_do_what() {
    let folder = Folder::with(
        "[server]\nurl = \"https://films.example.com\"\n\
         [models.films]\naccess = \"public_read\"\ndescription = \"Films of all times\"\n[models.films.fields]\n\
         seats = { type = \"integer\", required = true, default = 1, minimum = 1, maximum = 9 }\n\
         code = { type = \"string\", min_length = 2, max_length = 8, pattern = \"^[a-z]+$\" }\n\
         tags = { type = \"array\", items = \"string\", max_items = 3, default = [] }\n\
         title = { type = \"string\", required = true, description = \"As on the poster\" }\n\
         genre = { type = \"string\", enum = [\"drama\", \"comedy\"] }\n\
         director = { references = \"people\" }\n\
         secret = { type = \"string\", write_only = true }\n\
         [models.people.fields]\nname = { type = \"string\" }\n\
         [tasks.render]\ninput = { type = \"object\", properties = { film = { type = \"integer\", required = true } } }\n\
         [tasks.nightly]\ncommand = [\"true\"]\nschedule = \"0 3 * * *\"\n",
    );
    let page = folder.hearth(&["guide"]).ok();
    for line in [
        "## /api/films\nFilms of all times\nAccess: read anyone · create signed-in users · update the owner · delete the owner\n",
        "- title: string, required, As on the poster\n",
        "- genre: one of drama, comedy, optional\n",
        "- director: integer, id of `people`, optional\n",
        "- secret: string, optional, write only\n",
        "- seats: integer, ≥ 1, ≤ 9, optional but never null, default 1\n",
        "- code: string, 2 to 8 characters, matches `^[a-z]+$`, optional\n",
        "- tags: array of string, at most 3 elements, optional, default []\n",
        "## /api/people\n",
        "\"channel\":\"records:films\"",
        "wss://films.example.com/ws",
        "https://films.example.com/docs/guide/realtime",
        "-d '{\"task\":\"render\",\"input\":{}}'",
        "- render: done by workers, input object film (integer, required)\n",
        "- nightly: run by the server, at `0 3 * * *`\n",
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

#[test]
fn the_binary_carries_its_pages() {
    let folder = Folder::new();
    let list = folder.hearth(&["docs"]).ok();
    assert!(list.contains("executions"), "{list}");
    let page = folder.hearth(&["docs", "executions"]).ok();
    assert_eq!(page, include_str!("../../docs/executions.md"));
    let said = folder.hearth(&["docs", "exections"]).refused();
    assert!(said.contains("Did you mean `executions`?"), "{said}");
}

#[test]
fn routes_have_the_sockets_and_the_pages() {
    let folder = Folder::new();
    let list = folder.hearth(&["routes"]).ok();
    for path in [
        "/ws ",
        "/ws/{execution_id} ",
        "/realtime.schema.json ",
        "/docs/guide/{page} ",
    ] {
        assert!(list.contains(path), "{path}\n{list}");
    }
}
