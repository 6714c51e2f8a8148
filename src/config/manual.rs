//! The file that `hearth init` writes.

use super::load::EMBEDDED;

/// The commented default, with the revisions where they can be committed to the person's repository.
pub fn init_text() -> String {
    EMBEDDED.replace(
        "\n#revisions = \"hearth_data/revisions\"\n",
        "\nrevisions = \"revisions\"\n",
    )
}
