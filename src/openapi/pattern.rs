//! Patterns: whether JavaScript reads one as we do, and a text that it matches, for examples.

use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Letters that read well, in the order of preference.
const NICE: &str = "abcABC123 -_.";
/// Repetitions are tried with so many turns more than they need, for texts that have to be longer.
const EXTRA: u32 = 64;
/// Steps of one try: patterns can ask for more than anybody reads.
const STEPS: usize = 4_096;

/// What Rust's regular expressions have and JavaScript's refuse, or read otherwise. JSON Schema's are JavaScript's, and a
/// client that compiles them all would stop at such a one.
const FOREIGN: [&str; 15] = [
    "(?i", "(?m", "(?s", "(?x", "(?u", "(?U", "(?R", "(?-", "(?P", r"\A", r"\z", r"\x{", "[[:",
    "&&", "[^[:",
];

/// Whether JSON Schema can say it. Too careful is fine: then people are told in words.
pub(super) fn is_portable(pattern: &str) -> bool {
    !FOREIGN.iter().any(|foreign| pattern.contains(foreign))
}

/// The shortest text made of `pattern` that `accepts` takes.
pub(super) fn text(pattern: &Regex, accepts: impl Fn(&str) -> bool) -> Option<String> {
    let tree = regex_syntax::parse(pattern.as_str()).ok()?;
    (0..=EXTRA).find_map(|extra| {
        let mut writer = Writer {
            extra,
            steps: STEPS,
            text: String::new(),
        };
        writer.write(&tree)?;
        accepts(&writer.text).then_some(writer.text)
    })
}

struct Writer {
    extra: u32,
    steps: usize,
    text: String,
}

impl Writer {
    fn write(&mut self, tree: &Hir) -> Option<()> {
        self.steps = self.steps.checked_sub(1)?;
        match tree.kind() {
            // Anchors and word boundaries write nothing; whether they hold is seen at the end.
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => self.text.push_str(std::str::from_utf8(&literal.0).ok()?),
            HirKind::Class(class) => self.text.push(letter(class)?),
            HirKind::Capture(capture) => self.write(&capture.sub)?,
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.write(part))?,
            HirKind::Alternation(parts) => self.write(parts.first()?)?,
            HirKind::Repetition(repetition) => {
                let wanted = repetition.min.saturating_add(self.extra);
                for _ in 0..repetition.max.map_or(wanted, |max| max.min(wanted)) {
                    self.write(&repetition.sub)?;
                }
            }
        }
        Some(())
    }
}

fn letter(class: &Class) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class
            .iter()
            .map(|range| (range.start(), range.end()))
            .collect(),
        Class::Bytes(class) => {
            let ranges = class.iter();
            ranges
                .map(|range| (char::from(range.start()), char::from(range.end())))
                .collect()
        }
    };
    let within = |letter: &char| {
        ranges
            .iter()
            .any(|(start, end)| (start..=end).contains(&letter))
    };
    NICE.chars()
        .find(within)
        .or_else(|| ranges.first().map(|(start, _)| *start))
}
