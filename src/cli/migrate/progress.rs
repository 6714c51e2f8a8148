//! How far a revision is: rows and their rate, on a terminal alone.

use std::sync::Arc;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::store::revise::Progress;

/// Gone from the terminal when it is dropped.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
        if let Ok(style) =
            ProgressStyle::with_template("{spinner} {human_pos} rows written, {per_sec}, {elapsed}")
        {
            bar.set_style(style);
        }
        Bar(bar)
    }

    /// None where nobody looks, so that nothing is counted for nobody.
    pub(super) fn progress(&self) -> Option<Progress> {
        if self.0.is_hidden() {
            return None;
        }
        let bar = self.0.clone();
        Some(Arc::new(move |rows| match rows {
            0 => bar.reset(),
            rows => bar.set_position(rows),
        }))
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
