//! The state machine of an execution: which command leads from which state to which. A pure function; everything that
//! moves an execution asks it.

/// Where an execution stands. The last four are for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    Scheduled,
    Queued,
    Running,
    Waiting,
    Cancelling,
    Succeeded,
    Failed,
    Cancelled,
    Expired,
}

/// What may happen to an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Its time has come, or somebody wants it to run now.
    Due,
    /// It did not start in time.
    Expire,
    Cancel,
    Claim,
    /// The worker asks a person.
    AskInput,
    /// No question is open any more.
    InputsDone,
    Succeed,
    /// `again`: the failure is one that may pass, and attempts are left.
    Fail {
        again: bool,
    },
    /// The worker says that it stopped, because it was told to.
    StopCancelled,
    /// The worker was not heard of; `again`: attempts are left.
    LoseLease {
        again: bool,
    },
    /// The attempt took longer than it may.
    TimeOut,
    /// The worker gives it back.
    Release,
    /// A cancelled worker did not stop in time.
    GraceOver,
}

impl State {
    pub const ALL: [State; 9] = [
        State::Scheduled,
        State::Queued,
        State::Running,
        State::Waiting,
        State::Cancelling,
        State::Succeeded,
        State::Failed,
        State::Cancelled,
        State::Expired,
    ];

    pub fn word(self) -> &'static str {
        match self {
            State::Scheduled => "scheduled",
            State::Queued => "queued",
            State::Running => "running",
            State::Waiting => "waiting",
            State::Cancelling => "cancelling",
            State::Succeeded => "succeeded",
            State::Failed => "failed",
            State::Cancelled => "cancelled",
            State::Expired => "expired",
        }
    }

    pub fn of(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }

    pub fn is_terminal(self) -> bool {
        matches!(
            self,
            State::Succeeded | State::Failed | State::Cancelled | State::Expired
        )
    }

    /// Whether a worker holds it.
    pub fn is_held(self) -> bool {
        matches!(self, State::Running | State::Waiting | State::Cancelling)
    }
}

/// The state to which `command` leads; none where it may not happen.
pub fn next(from: State, command: Command) -> Option<State> {
    use State::{
        Cancelled, Cancelling, Expired, Failed, Queued, Running, Scheduled, Succeeded, Waiting,
    };
    Some(match (from, command) {
        (Scheduled, Command::Due) => Queued,
        (Scheduled | Queued, Command::Expire) => Expired,
        (Scheduled | Queued, Command::Cancel) => Cancelled,
        (Running | Waiting, Command::Cancel) => Cancelling,
        (Queued, Command::Claim) => Running,
        (Running | Waiting, Command::AskInput) => Waiting,
        (Waiting, Command::InputsDone) => Running,
        (Running | Cancelling, Command::Succeed) => Succeeded,
        (Running, Command::Fail { again: true }) => Scheduled,
        (Running, Command::Fail { again: false }) => Failed,
        (Cancelling, Command::Fail { .. }) => Failed,
        (Cancelling, Command::StopCancelled | Command::GraceOver | Command::Release) => Cancelled,
        (Running | Waiting, Command::LoseLease { again: true }) => Queued,
        (Running | Waiting, Command::LoseLease { again: false }) => Failed,
        (Cancelling, Command::LoseLease { .. }) => Cancelled,
        (Running | Waiting, Command::TimeOut) => Failed,
        (Running, Command::Release) => Queued,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMANDS: [Command; 15] = [
        Command::Due,
        Command::Expire,
        Command::Cancel,
        Command::Claim,
        Command::AskInput,
        Command::InputsDone,
        Command::Succeed,
        Command::Fail { again: true },
        Command::Fail { again: false },
        Command::StopCancelled,
        Command::LoseLease { again: true },
        Command::LoseLease { again: false },
        Command::TimeOut,
        Command::Release,
        Command::GraceOver,
    ];

    #[test]
    fn what_is_over_never_changes() {
        for state in State::ALL.into_iter().filter(|state| state.is_terminal()) {
            for command in COMMANDS {
                assert_eq!(next(state, command), None, "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn only_a_claim_begins_a_run() {
        for state in State::ALL {
            for command in COMMANDS {
                if next(state, command).is_some_and(State::is_held) && !state.is_held() {
                    assert_eq!((state, command), (State::Queued, Command::Claim));
                }
            }
        }
    }

    #[test]
    fn every_state_is_reached_and_every_one_but_the_last_left() {
        let mut reached = vec![State::Scheduled, State::Queued];
        loop {
            let before = reached.len();
            for state in reached.clone() {
                for to in COMMANDS.map(|command| next(state, command)) {
                    if let Some(to) = to.filter(|to| !reached.contains(to)) {
                        reached.push(to);
                    }
                }
            }
            if reached.len() == before {
                break;
            }
        }
        assert_eq!(reached.len(), State::ALL.len());
        for state in State::ALL {
            let left = COMMANDS
                .iter()
                .any(|command| next(state, *command).is_some_and(|to| to != state));
            assert_eq!(left, !state.is_terminal(), "{state:?}");
        }
    }

    #[test]
    fn a_cancelled_run_goes_back_to_nobody() {
        for command in COMMANDS {
            if let Some(to) = next(State::Cancelling, command) {
                assert!(to.is_terminal(), "{command:?}");
            }
        }
    }

    #[test]
    fn words_lead_back_to_their_states() {
        for state in State::ALL {
            assert_eq!(State::of(state.word()), Some(state));
        }
    }
}
