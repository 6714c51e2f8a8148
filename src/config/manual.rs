//! The file that `hearth init` writes.

use super::source::EMBEDDED;

/// The commented default, with the revisions where they can be committed to the person's repository.
pub fn init_text() -> String {
    EMBEDDED.replace(
        "\n#revisions = \"hearth_data/revisions\"\n",
        "\n# This one is set, unlike the others: here they stand beside this file, not among the data.\n\
         revisions = \"revisions\"\n",
    )
}
