//! What a program prints becomes events of its run: in order, each once, as fast as they can be stored.

use serde_json::{Value as Json, json};
use tokio::sync::mpsc::Receiver;

use super::lines::{self, From};
use super::run::{PAUSE, Run, passes};
use crate::error::Code;
use crate::services::workers;

/// Events of one report, and about as many bytes.
const BATCH: usize = 512;
const BATCH_SIZE: usize = 512 * 1024;
/// Characters of the line that says why it failed.
const REASON: usize = 1_000;

impl Run {
    /// Stores what the program prints, in order; gives the last line of stderr.
    pub(super) async fn tell(&self, mut lines: Receiver<(From, String)>) -> Option<String> {
        let (mut last, mut batch) = (None, 0);
        let mut taken = Vec::with_capacity(BATCH);
        while lines.recv_many(&mut taken, BATCH).await > 0 {
            let mut events: Vec<Json> = Vec::new();
            let mut size = 0;
            for (from, line) in taken.drain(..) {
                let said = lines::events(from, &line);
                let more: usize = said.iter().map(|event| event.to_string().len()).sum();
                if events.len() + said.len() > BATCH || size + more > BATCH_SIZE {
                    self.report(std::mem::take(&mut events), &mut batch).await;
                    size = 0;
                }
                size += more;
                events.extend(said);
                if from == From::Stderr && !line.trim().is_empty() {
                    last = Some(line.trim().chars().take(REASON).collect());
                }
            }
            self.report(events, &mut batch).await;
        }
        last
    }

    async fn report(&self, events: Vec<Json>, batch: &mut u64) {
        if events.is_empty() {
            return;
        }
        let mut body = json!({ "fence": self.fence, "batch": *batch + 1, "events": events });
        loop {
            let sent = workers::report(&self.app, &self.worker, &self.id, &body).await;
            match sent {
                Ok(_) => break *batch += 1,
                Err(error) if error.code() == Code::Invalid && plain(&mut body) => {}
                Err(error) if passes(&error) => tokio::time::sleep(PAUSE).await,
                Err(_) => break,
            }
        }
    }
}

/// Questions that can't be asked, since their names are taken, become lines of the log. False where there are none.
fn plain(body: &mut Json) -> bool {
    let mut changed = false;
    for event in body["events"].as_array_mut().into_iter().flatten() {
        if event["kind"] == "input.request" {
            let line = event.to_string();
            *event = lines::log(From::Stdout, &line).swap_remove(0);
            changed = true;
        }
    }
    changed
}
