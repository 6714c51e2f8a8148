//! What `hearth mail test` shows of the talk with a mail server: all that the server says, and of ours the commands.
//! Whatever is no known command may be a secret, and is not shown.

/// What may be shown whole.
const COMMANDS: [&str; 9] = [
    "EHLO", "HELO", "STARTTLS", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT",
];

/// Follows the talk from line to line.
#[derive(Debug, Default)]
pub(crate) struct Dialogue {
    /// The server asked for a part of the sign-in.
    asked: bool,
    /// The server waits for the message, of which so many pieces came.
    pieces: Option<usize>,
    /// Lines of an answer that came already: a longer answer repeats them.
    heard: usize,
}

impl Dialogue {
    /// Lines for one message of the library: `Wrote: …` or `<< …`, with line ends as `<CRLF>`.
    pub(crate) fn lines(&mut self, message: &str) -> Vec<String> {
        if let Some(text) = message.strip_prefix("Wrote: ") {
            self.heard = 0;
            return self.own(text).into_iter().collect();
        }
        let Some(text) = message.strip_prefix("<< ") else {
            return match message {
                "connection encrypted" => {
                    vec!["* the connection is encrypted from here".to_owned()]
                }
                _ => Vec::new(),
            };
        };
        let all: Vec<&str> = text
            .split("<CRLF>")
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        let fresh = all.get(self.heard..).unwrap_or_default().to_vec();
        self.heard = all.len();
        if let Some(last) = all.last() {
            self.asked = last.starts_with("334");
            self.pieces = last.starts_with("354").then_some(0);
        }
        fresh.into_iter().map(|line| format!("< {line}")).collect()
    }

    fn own(&mut self, text: &str) -> Option<String> {
        if let Some(pieces) = &mut self.pieces {
            *pieces += 1;
            return (*pieces == 1).then(|| "> (the message)".to_owned());
        }
        let line = text.split("<CRLF>").next().unwrap_or_default();
        let mut words = line.split(' ');
        let command = words.next().unwrap_or_default();
        if std::mem::take(&mut self.asked) {
            return Some("> (hidden)".to_owned());
        }
        if COMMANDS.contains(&command) {
            return Some(format!("> {line}"));
        }
        match (command, words.next(), words.next()) {
            ("AUTH", Some(mechanism), Some(_)) => Some(format!("> AUTH {mechanism} (hidden)")),
            ("AUTH", Some(mechanism), None) => Some(format!("> AUTH {mechanism}")),
            _ => Some("> (hidden)".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(messages: &[&str]) -> Vec<String> {
        let mut dialogue = Dialogue::default();
        let lines = messages.iter().flat_map(|message| dialogue.lines(message));
        lines.collect()
    }

    #[test]
    fn commands_and_answers_are_shown_and_secrets_are_not() {
        let shown = heard(&[
            "<< 220 mx<CRLF>",
            "Wrote: EHLO app<CRLF>",
            "<< 250-mx<CRLF>",
            "<< 250-mx<CRLF>250 AUTH LOGIN<CRLF>",
            "Wrote: AUTH LOGIN<CRLF>",
            "<< 334 VXNlcm5hbWU6<CRLF>",
            "Wrote: UVVJVA==<CRLF>",
            "<< 334 UGFzc3dvcmQ6<CRLF>",
            "Wrote: QUIT<CRLF>",
            "<< 235 welcome<CRLF>",
            "Wrote: DATA<CRLF>",
            "<< 354 go on<CRLF>",
            "Wrote: Subject: a link<CRLF>QUIT<CRLF>",
            "Wrote: <CRLF>.<CRLF>",
            "<< 250 queued<CRLF>",
            "Wrote: QUIT<CRLF>",
        ]);
        let wanted = [
            "< 220 mx",
            "> EHLO app",
            "< 250-mx",
            "< 250 AUTH LOGIN",
            "> AUTH LOGIN",
            "< 334 VXNlcm5hbWU6",
            "> (hidden)",
            "< 334 UGFzc3dvcmQ6",
            "> (hidden)",
            "< 235 welcome",
            "> DATA",
            "< 354 go on",
            "> (the message)",
            "< 250 queued",
            "> QUIT",
        ];
        assert_eq!(shown, wanted);
    }

    #[test]
    fn a_sign_in_in_one_line_is_cut() {
        assert_eq!(
            heard(&["Wrote: AUTH PLAIN AGFkYQBzZWNyZXQ=<CRLF>"]),
            ["> AUTH PLAIN (hidden)"]
        );
        assert_eq!(heard(&["Wrote: c2VjcmV0<CRLF>"]), ["> (hidden)"]);
    }
}
