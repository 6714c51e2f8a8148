//! The pages of `docs/`, which the binary carries: as they are for a terminal, as HTML for a browser; without the
//! internet. What they say is not made here.

use std::fmt::Write as _;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// Where the pages are served.
pub const PAGES_PATH: &str = "/docs/guide";

/// One page.
pub struct Page {
    pub name: &'static str,
    /// Markdown.
    pub text: &'static str,
}

macro_rules! page {
    ($name:literal) => {
        Page {
            name: $name,
            text: include_str!(concat!("../../docs/", $name, ".md")),
        }
    };
}

/// In the order in which they are read.
pub static PAGES: [Page; 13] = [
    page!("models"),
    page!("settings"),
    page!("realtime"),
    page!("executions"),
    page!("revisions"),
    page!("api-keys"),
    page!("issuers"),
    page!("providers"),
    page!("second-factor"),
    page!("mail"),
    page!("webhooks"),
    page!("audit"),
    page!("operations"),
];

impl Page {
    pub fn of(name: &str) -> Option<&'static Page> {
        PAGES.iter().find(|page| page.name == name)
    }

    /// Its heading.
    pub fn title(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.trim_start_matches("# ")
    }

    /// As a whole page of HTML.
    pub fn html(&self) -> String {
        let mut body = String::new();
        html::push_html(&mut body, events(self.text).into_iter());
        framed(self.title(), &body)
    }
}

/// The list of them, as HTML.
pub fn contents() -> String {
    let mut body = "<h1>Guide</h1>\n<ul>\n".to_owned();
    for page in &PAGES {
        let (name, title) = (page.name, page.title());
        let _ = writeln!(body, "<li><a href=\"{PAGES_PATH}/{name}\">{title}</a></li>");
    }
    body.push_str("</ul>\n");
    framed("Guide", &body)
}

fn framed(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title} · Hearth</title>\n\
         <link rel=\"stylesheet\" href=\"/docs/guide.css\">\n\
         <link rel=\"icon\" type=\"image/png\" href=\"/docs/favicon-32x32.png\">\n</head>\n<body>\n\
         <nav><a href=\"{PAGES_PATH}\">Guide</a> <a href=\"/docs\">API</a> <a href=\"/console/\">Console</a></nav>\n\
         <main>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// The page's parts; its links lead to what this server has, and headings can be linked to.
fn events(text: &str) -> Vec<Event<'_>> {
    let mut list: Vec<Event<'_>> = Parser::new_ext(text, Options::ENABLE_TABLES).collect();
    let mut heading = None;
    for at in 0..list.len() {
        match &mut list[at] {
            Event::Start(Tag::Link { dest_url, .. }) => *dest_url = target(dest_url).into(),
            Event::Start(Tag::Heading { .. }) => heading = Some((at, String::new())),
            Event::Text(words) | Event::Code(words) => {
                if let Some((_, title)) = &mut heading {
                    title.push_str(words);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let Some((start, title)) = heading.take() else {
                    continue;
                };
                if let Event::Start(Tag::Heading { id, .. }) = &mut list[start] {
                    *id = Some(CowStr::from(slug(&title)));
                }
            }
            _ => {}
        }
    }
    list
}

/// As code forges name headings.
fn slug(title: &str) -> String {
    let kept = title
        .chars()
        .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// `mail.md#senders` is a page beside this one; `../static/` is the console.
fn target(link: &str) -> String {
    if let Some(asset) = link.strip_prefix("../static/") {
        return format!("/console/{asset}");
    }
    let (page, rest) = link.find('#').map_or((link, ""), |at| link.split_at(at));
    match page.strip_suffix(".md").and_then(Page::of) {
        Some(page) => format!("{PAGES_PATH}/{}{rest}", page.name),
        None => link.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_the_folder_is_carried() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
        let names = std::fs::read_dir(folder).unwrap().filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".md").map(str::to_owned)
        });
        let mut names: Vec<String> = names.collect();
        names.sort();
        let mut carried: Vec<&str> = PAGES.iter().map(|page| page.name).collect();
        carried.sort_unstable();
        assert_eq!(carried, names);
    }

    #[test]
    fn a_page_is_whole_and_its_links_lead_somewhere() {
        for page in &PAGES {
            let html = page.html();
            assert!(
                html.contains(&format!("{}</h1>", page.title())),
                "{}",
                page.name
            );
            assert!(
                !html.contains("style=") && !html.contains("<script"),
                "{}",
                page.name
            );
            for link in html.split("href=\"").skip(1) {
                let link = link.split('"').next().unwrap();
                let own = link.strip_prefix("/docs/guide/");
                let known = own.map_or_else(
                    || {
                        ["https://", "/docs", "/console/", "/api/", "#"]
                            .iter()
                            .any(|start| link.starts_with(start))
                    },
                    |own| Page::of(own.split('#').next().unwrap()).is_some(),
                );
                assert!(known, "{}: {link}", page.name);
            }
        }
        let executions = Page::of("executions").unwrap().html();
        assert!(
            executions.contains("<h2 id=\"declaring-a-task\">"),
            "{executions}"
        );
        assert!(executions.contains("<table>") && executions.contains("/docs/guide/settings"));
    }
}
