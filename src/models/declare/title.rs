//! What one record of a model is called: `blog_posts` holds a "Blog Post".
//!
//! English plurals of the kind that name tables. A word that it does not know stays as it is, or loses its `s`.

/// Words whose singular no ending tells.
const IRREGULAR: &[(&str, &str)] = &[
    ("analyses", "analysis"),
    ("apis", "api"),
    ("appendices", "appendix"),
    ("axes", "axis"),
    ("caches", "cache"),
    ("canoes", "canoe"),
    ("canvases", "canvas"),
    ("children", "child"),
    ("clothes", "clothes"),
    ("crises", "crisis"),
    ("criteria", "criterion"),
    ("diagnoses", "diagnosis"),
    ("emojis", "emoji"),
    ("excuses", "excuse"),
    ("feet", "foot"),
    ("fuses", "fuse"),
    ("gases", "gas"),
    ("geese", "goose"),
    ("halves", "half"),
    ("hypotheses", "hypothesis"),
    ("indices", "index"),
    ("knives", "knife"),
    ("leaves", "leaf"),
    ("lenses", "lens"),
    ("lives", "life"),
    ("loaves", "loaf"),
    ("matrices", "matrix"),
    ("men", "man"),
    ("menus", "menu"),
    ("mice", "mouse"),
    ("quizzes", "quiz"),
    ("shelves", "shelf"),
    ("shoes", "shoe"),
    ("synopses", "synopsis"),
    ("taxis", "taxi"),
    ("teeth", "tooth"),
    ("theses", "thesis"),
    ("thieves", "thief"),
    ("toes", "toe"),
    ("vertices", "vertex"),
    ("wives", "wife"),
    ("wolves", "wolf"),
    ("women", "woman"),
];

/// Words with an `s` that is no plural's.
const UNCHANGED: &[&str] = &[
    "alias",
    "analytics",
    "atlas",
    "bias",
    "canvas",
    "chaos",
    "dns",
    "gas",
    "gps",
    "lens",
    "logistics",
    "news",
    "series",
    "sms",
    "species",
    "sports",
];

/// `…ies` of a word in `…ie`; others are of a word in `…y`.
const IN_IE: &[&str] = &[
    "brownies",
    "calories",
    "cookies",
    "genies",
    "hoodies",
    "movies",
    "rookies",
    "selfies",
    "smoothies",
    "zombies",
];

/// Endings and what they become; the first that fits counts, so longer ones come first.
const ENDINGS: &[(&str, &str)] = &[
    ("ies", "y"),
    ("sses", "ss"),
    ("ouses", "ouse"),
    ("auses", "ause"),
    ("uses", "us"),
    ("iases", "ias"),
    ("tlases", "tlas"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("xes", "x"),
    ("oes", "o"),
    ("ss", "ss"),
    ("us", "us"),
    ("is", "is"),
    ("s", ""),
];

/// The name's singular in title case.
pub(super) fn of(model: &str) -> String {
    let mut words: Vec<String> = model
        .split('_')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    if let Some(last) = words.last_mut() {
        *last = singular(last);
    }
    let words: Vec<String> = words
        .iter()
        .map(|word| super::section::capital(word))
        .collect();
    words.join(" ")
}

fn singular(word: &str) -> String {
    if UNCHANGED.contains(&word) {
        return word.to_owned();
    }
    if let Some((_, one)) = IRREGULAR.iter().find(|(many, _)| *many == word) {
        return (*one).to_owned();
    }
    // "pies", "ties": a word of one syllable keeps its `ie`.
    if word.ends_with("ies") && (word.len() <= 4 || IN_IE.contains(&word)) {
        return word.trim_end_matches('s').to_owned();
    }
    ENDINGS
        .iter()
        .find_map(|(ending, one)| {
            let stem = word.strip_suffix(ending)?;
            // What is left must be a word: "us", "is" and "os" are none of these.
            (stem.len() + one.len() > 2).then(|| format!("{stem}{one}"))
        })
        .unwrap_or_else(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_title_is_the_singular_in_title_case() {
        let titles = [
            ("items", "Item"),
            ("blog_posts", "Blog Post"),
            ("item", "Item"),
            ("categories", "Category"),
            ("movies", "Movie"),
            ("pies", "Pie"),
            ("statuses", "Status"),
            ("status", "Status"),
            ("buses", "Bus"),
            ("houses", "House"),
            ("causes", "Cause"),
            ("addresses", "Address"),
            ("address", "Address"),
            ("processes", "Process"),
            ("boxes", "Box"),
            ("matches", "Match"),
            ("caches", "Cache"),
            ("dishes", "Dish"),
            ("heroes", "Hero"),
            ("cases", "Case"),
            ("databases", "Database"),
            ("responses", "Response"),
            ("prizes", "Prize"),
            ("aliases", "Alias"),
            ("waves", "Wave"),
            ("knives", "Knife"),
            ("keys", "Key"),
            ("analyses", "Analysis"),
            ("children", "Child"),
            ("people", "People"),
            ("series", "Series"),
            ("news", "News"),
            ("data", "Data"),
            ("os", "Os"),
            ("todo", "Todo"),
            ("order_lines_2", "Order Lines 2"),
            ("menu_items", "Menu Item"),
            ("api_news", "Api News"),
            ("a__bs", "A Bs"),
        ];
        for (name, title) in titles {
            assert_eq!(of(name), title, "the title of {name}");
        }
    }
}
