//! The end of the server as those hear of it who wait for something: they are answered at once.

use tokio::sync::watch;

#[derive(Default)]
pub(crate) struct Drain(watch::Sender<bool>);

impl Drain {
    pub(crate) fn begin(&self) {
        self.0.send_replace(true);
    }

    pub(crate) fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it begins.
    pub(crate) async fn begun(&self) {
        let mut heard = self.0.subscribe();
        // The sender lives as long as this.
        let _ = heard.wait_for(|begun| *begun).await;
    }
}
