//! Many who watch one channel. It says when all are live, and then does what its standard input says, a word a line:
//! `mark` (count anew), `wait N` (until so many messages were heard), `cut` (drop all connections), `back` (come back, going on
//! where each was). `count` connections take turns with the tokens of the file `tokens`; `width` of them connect at once.
//! `channel` is none for those who only sit there, `after` a place in the log, `events` is `yes` for PocketBase's stream.

use std::cell::RefCell;
use std::io::{self, BufRead as _};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::{Notify, Semaphore, mpsc, watch};

use crate::seen::Seen;
use crate::wire::{Wire, post};
use crate::{Failure, Options, number, say, word};

/// So long nobody waits for messages that do not come.
const PATIENCE: Duration = Duration::from_secs(60);

struct Crowd {
    server: SocketAddr,
    tokens: Vec<String>,
    channel: String,
    events: bool,
    width: Semaphore,
    buffer: RefCell<Vec<u8>>,
    seen: RefCell<Seen>,
    live: RefCell<usize>,
    /// Something was heard, or somebody came or went.
    news: Notify,
}

/// One of them.
struct Watcher {
    crowd: Rc<Crowd>,
    number: usize,
    /// Its place in the log, and which log that is.
    seq: Option<u64>,
    epoch: String,
    /// When the last message was sent.
    sent: u64,
}

pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    let tokens = std::fs::read_to_string(options.text("tokens")?)?;
    let count = options.number("count")?;
    let crowd = Rc::new(Crowd {
        server: options.text("address")?.parse()?,
        tokens: tokens.lines().map(str::to_owned).collect(),
        channel: options.text("channel")?,
        events: options.text("events").is_ok_and(|word| word == "yes"),
        width: Semaphore::new(options.number("width")?),
        buffer: RefCell::new(vec![0; 256 * 1024]),
        seen: RefCell::default(),
        live: RefCell::default(),
        news: Notify::new(),
    });
    let after = options.number("after").ok().map(|after| after as u64);
    let (open, opened) = watch::channel(true);
    let began = Instant::now();
    for number in 0..count {
        let watcher = Watcher {
            crowd: Rc::clone(&crowd),
            number,
            seq: after,
            epoch: String::new(),
            sent: 0,
        };
        tokio::task::spawn_local(watcher.live(opened.clone()));
    }
    crowd
        .until(None, |crowd| *crowd.live.borrow() == count)
        .await;
    say(&crowd.report(began));
    let mut words = words();
    while let Some(line) = words.recv().await {
        match line.split_once(' ').unwrap_or((&line, "")) {
            ("mark", _) => {
                *crowd.seen.borrow_mut() = Seen::default();
                say(&json!({}));
            }
            ("wait", wanted) => {
                let wanted = wanted.parse()?;
                let all = |crowd: &Crowd| crowd.seen.borrow().heard >= wanted;
                crowd.until(Some(PATIENCE), all).await;
                say(&crowd.seen.borrow_mut().report());
            }
            (word @ ("cut" | "back"), _) => {
                let (back, began) = (word == "back", Instant::now());
                open.send(back)?;
                let wanted = if back { count } else { 0 };
                let all = |crowd: &Crowd| *crowd.live.borrow() == wanted;
                crowd.until(Some(PATIENCE), all).await;
                say(&crowd.report(began));
            }
            _ => return Err(format!("nobody knows `{line}`").into()),
        }
    }
    Ok(())
}

/// What is said on standard input, until it ends.
fn words() -> mpsc::UnboundedReceiver<String> {
    let (tell, words) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    words
}

impl Crowd {
    async fn until(&self, patience: Option<Duration>, so: impl Fn(&Crowd) -> bool) {
        let news = async {
            while !so(self) {
                self.news.notified().await;
            }
        };
        let _ = tokio::time::timeout(patience.unwrap_or(Duration::MAX), news).await;
    }

    fn report(&self, began: Instant) -> serde_json::Value {
        let seen = self.seen.borrow();
        json!({
            "live": *self.live.borrow(), "took": began.elapsed().as_secs_f64(), "heard": seen.heard,
            "resets": seen.resets, "retries": seen.retries,
        })
    }
}

impl Watcher {
    /// Comes, watches, and goes when it is told to, again and again.
    async fn live(mut self, mut open: watch::Receiver<bool>) {
        loop {
            if open.wait_for(|open| *open).await.is_err() {
                return;
            }
            let shut = {
                let mut open = open.clone();
                async move { open.wait_for(|open| !*open).await.map(drop) }
            };
            tokio::select! {
                _ = shut => {}
                never = self.watch() => {
                    let Err(cause) = never;
                    // Somebody who watches tries again, a little later.
                    self.crowd.seen.borrow_mut().retries += 1;
                    if self.crowd.seen.borrow().retries == 1 {
                        say_why(&cause);
                    }
                    let pause = 50 + self.number as u64 * 7_919 % 200;
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
            }
        }
    }

    async fn watch(&mut self) -> io::Result<std::convert::Infallible> {
        let crowd = Rc::clone(&self.crowd);
        let permit = crowd.width.acquire().await.map_err(io::Error::other)?;
        let path = if crowd.events { "/api/realtime" } else { "/ws" };
        let token = &crowd.tokens[self.number % crowd.tokens.len()];
        let (server, number) = (crowd.server, self.number);
        let mut wire = Wire::open(server, number, path, token, crowd.events).await?;
        let (mut permit, mut place) = (Some(permit), None);
        loop {
            let (mut client, mut welcome, mut live, mut pinged) = (None, false, false, false);
            wire.read(&crowd.buffer, |text| {
                if crowd.events {
                    client = client
                        .take()
                        .or(word(text, "\"clientId\":\"").map(str::to_owned));
                    if client.is_none() {
                        self.hear(text);
                    }
                } else if text.starts_with("{\"type\":\"welcome\"") {
                    self.epoch = word(text, "\"epoch\":\"").unwrap_or_default().to_owned();
                    welcome = true;
                } else if text.starts_with("{\"type\":\"live\"") {
                    self.seq = number_of(text);
                    live = true;
                } else if text.starts_with("{\"type\":\"ping\"") {
                    pinged = true;
                } else if text.starts_with("{\"type\":\"reset\"") {
                    crowd.seen.borrow_mut().resets += 1;
                } else {
                    self.hear(text);
                }
            })
            .await?;
            if let Some(client) = client {
                let body = json!({"clientId": client, "subscriptions": [crowd.channel]});
                post(server, number, path, token, &body.to_string()).await?;
                live = true;
            }
            if welcome && crowd.channel.is_empty() {
                live = true;
            } else if welcome {
                wire.send(&self.subscription()).await?;
            }
            if pinged {
                wire.send("{\"type\":\"pong\"}").await?;
            }
            if live {
                permit = None;
                place.get_or_insert_with(|| Place::take(&crowd));
            }
            let _ = &permit;
        }
    }

    fn subscription(&self) -> String {
        let mut frame = json!({"type": "subscribe", "channel": self.crowd.channel});
        if let Some(after) = self.seq {
            frame["after"] = after.into();
            frame["epoch"] = self.epoch.as_str().into();
        }
        frame.to_string()
    }

    /// A change, or an entry of a log. Each one's text bears the time at which it was sent.
    fn hear(&mut self, text: &str) {
        let ours =
            text.starts_with("{\"type\":\"change\"") || text.starts_with("{\"type\":\"event\"");
        if !ours && !self.crowd.events {
            return;
        }
        let sent = number(text, "\"sent ");
        let mut seen = self.crowd.seen.borrow_mut();
        let late = sent.is_some_and(|sent| sent < self.sent);
        let seq = number_of(text);
        let gone = matches!((seq, self.seq), (Some(seq), Some(last)) if seq <= last);
        seen.misordered += u64::from(late || gone);
        self.sent = sent.unwrap_or(self.sent);
        self.seq = seq.or(self.seq);
        seen.add(sent);
        drop(seen);
        self.crowd.news.notify_one();
    }
}

fn number_of(text: &str) -> Option<u64> {
    number(text, "\"seq\":")
}

#[expect(clippy::print_stderr, reason = "a program for the terminal")]
fn say_why(cause: &io::Error) {
    eprintln!("a connection is tried again: {cause}");
}

/// One of those who are live.
struct Place(Rc<Crowd>);

impl Place {
    fn take(crowd: &Rc<Crowd>) -> Self {
        *crowd.live.borrow_mut() += 1;
        crowd.news.notify_one();
        Place(Rc::clone(crowd))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *self.0.live.borrow_mut() -= 1;
        self.0.news.notify_one();
    }
}
