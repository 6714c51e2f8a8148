//! What is asked of a person at the terminal.

use std::io::{BufRead, IsTerminal};

use super::print;
use crate::error::{Code, Error, Result};

/// A yes from the terminal; without one the flag has to say it.
pub(super) fn confirmed(question: &str) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::conflict(
            "This wants a yes, and there is no terminal to ask: say it with --yes",
        ));
    }
    print::note(format_args!("{question} Type yes:"));
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(Error::internal)?;
    Ok(answer.trim() == "yes")
}

/// A password from stdin, or typed twice on the terminal.
pub(super) fn password(from_stdin: bool) -> Result<String> {
    if from_stdin {
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut line)
            .map_err(Error::internal)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Error::new(
            Code::Invalid,
            "There is no terminal to ask for the password: use --password-stdin",
        ));
    }
    let ask = |text: &str| rpassword::prompt_password(text).map_err(Error::internal);
    let first = ask("Password: ")?;
    if first != ask("Again: ")? {
        return Err(Error::new(Code::Invalid, "The two passwords differ"));
    }
    Ok(first)
}
