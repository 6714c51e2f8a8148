//! Workers: each claims an execution and finishes it, until `total` of `task` are done by all. `wait` is how many seconds a
//! claim waits for work. Where an input bears the time at which it was sent, it says how late work was handed out.

use std::cell::RefCell;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Instant;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::seen::Seen;
use crate::wire::read_head;
use crate::{Failure, Options, number, say, word};

struct Crew {
    server: SocketAddr,
    token: String,
    task: String,
    wait: usize,
    total: u64,
    seen: RefCell<Seen>,
}

pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    let crew = Rc::new(Crew {
        server: options.text("address")?.parse()?,
        token: options.text("token")?,
        task: options.text("task")?,
        wait: options.number("wait")?,
        total: options.number("total")? as u64,
        seen: RefCell::default(),
    });
    let began = Instant::now();
    let workers: Vec<_> = (0..options.number("count")?)
        .map(|number| tokio::task::spawn_local(work(Rc::clone(&crew), number)))
        .collect();
    for worker in workers {
        worker.await??;
    }
    let took = began.elapsed().as_secs_f64();
    let mut report = crew.seen.borrow_mut().report();
    report["took"] = took.into();
    say(&report);
    Ok(())
}

async fn work(crew: Rc<Crew>, number_of_worker: usize) -> io::Result<()> {
    let mut line = Line::open(&crew).await?;
    let wanted = json!({
        "tasks": [crew.task], "worker": format!("w{number_of_worker}"), "max": 1, "wait_seconds": crew.wait,
    });
    while crew.seen.borrow().heard < crew.total {
        let (status, given) = line.post("/api/workers/claim", &wanted).await?;
        match status {
            204 => continue,
            200 => crew.seen.borrow_mut().add(number(&given, "\"sent ")),
            _ => return Err(io::Error::other(given)),
        }
        let id = word(&given, "\"id\":\"").unwrap_or_default().to_owned();
        let fence = number(&given, "\"fence\":").unwrap_or_default();
        let done = json!({"fence": fence, "state": "succeeded", "output": null});
        let path = format!("/api/executions/{id}/finish");
        let (status, answer) = line.post(&path, &done).await?;
        if status != 200 {
            return Err(io::Error::other(answer));
        }
    }
    Ok(())
}

/// A connection that is kept.
struct Line {
    stream: TcpStream,
    host: SocketAddr,
    token: String,
}

impl Line {
    async fn open(crew: &Crew) -> io::Result<Self> {
        let stream = TcpStream::connect(crew.server).await?;
        stream.set_nodelay(true)?;
        Ok(Line {
            stream,
            host: crew.server,
            token: crew.token.clone(),
        })
    }

    async fn post(&mut self, path: &str, body: &Value) -> io::Result<(u16, String)> {
        let (body, host, token) = (body.to_string(), self.host, &self.token);
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        let (head, mut rest) = read_head(&mut self.stream).await?;
        let length = number(&head.to_ascii_lowercase(), "content-length: ").unwrap_or_default();
        while (rest.len() as u64) < length {
            if self.stream.read_buf(&mut rest).await? == 0 {
                return Err(io::Error::other("an answer broke off"));
            }
        }
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let text = String::from_utf8(rest).map_err(io::Error::other)?;
        Ok((status.unwrap_or_default(), text))
    }
}
