//! What is wrong with a configuration, all of it at once.

use crate::error::Mistake;

/// Every mistake of a configuration at once. Its text has a line for each: `config.toml:12: …`.
#[derive(Debug)]
pub struct Mistakes {
    pub file: String,
    pub list: Vec<Mistake>,
}

impl Mistakes {
    /// One about the whole file.
    pub(super) fn of_file(file: &str, message: &str) -> Self {
        Mistakes {
            file: file.to_owned(),
            list: vec![Mistake {
                line: 0,
                message: message.to_owned(),
            }],
        }
    }
}

impl std::fmt::Display for Mistakes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, mistake) in self.list.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            if mistake.line > 0 {
                write!(f, "{}:{}: ", self.file, mistake.line)?;
            }
            f.write_str(&mistake.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}
