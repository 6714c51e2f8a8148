//! What is fixed on purpose: nobody could choose better, some would choose worse. A line of reason each.
//!
//! The feature `test-hooks` shrinks a few of the times, so that tests need not wait for them.

use std::time::Duration;

mod executions;

pub use executions::*;

// HTTP
/// From the first byte of a connection to the end of a request's headers: a slow client holds a connection no longer.
pub const HEADER_TIMEOUT: Duration =
    Duration::from_secs(if cfg!(feature = "test-hooks") { 2 } else { 10 });
/// A body that makes no progress for so long is given up.
pub const BODY_TIMEOUT: Duration =
    Duration::from_secs(if cfg!(feature = "test-hooks") { 2 } else { 30 });
/// Bytes of a body that nobody wanted which are still read, so that the connection lives and the answer is heard.
pub const REST_SIZE: usize = 256 * 1024;
/// And for how long.
pub const REST_TIME: Duration = Duration::from_secs(1);
/// More headers than any browser or proxy sends.
pub const HEADERS: usize = 100;
/// Bytes of a request's head: room for an 8 KiB token and long queries.
pub const HEAD_SIZE: usize = 64 * 1024;
/// Connections of one public address: a NAT of an office fits, one attacker does not take all.
pub const CONNECTIONS_PER_ADDRESS: usize = 256;

// JSON and records
/// Deeper JSON is nobody's data, and recursion has a price.
pub const JSON_DEPTH: usize = 64;
/// Records of one POST: one transaction must stay short.
pub const RECORDS_PER_POST: usize = 1_000;
/// A line of an imported file: as large as the largest body may be; a longer one is no line of records.
pub const IMPORT_ROW: u64 = 64 * 1024 * 1024;
/// The highest id that an import keeps: behind the highest number there is no next one, and half of them are enough.
pub const KEPT_ID: i64 = i64::MAX >> 1;
/// Faults told of one record: nobody reads more, and an answer must not be a hundred times its request.
pub const FAULTS: usize = 1_000;
/// A page when nothing is said.
pub const PAGE: usize = 50;
/// A page at most: a page is built in memory.
pub const PAGE_MAX: usize = 500;
/// Names in a `sort`: a cursor compares each of them with all before it.
pub const SORT_TERMS: usize = 8;
/// So many names of what there is are told to who asked for something else.
pub const NAMED: usize = 30;
/// Idempotency keys are kept so long; retries come within minutes.
pub const IDEMPOTENCY_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// An Idempotency-Key is a UUID or the like.
pub const IDEMPOTENCY_KEY_SIZE: usize = 255;

// The writer
/// Jobs of one commit: the cost of the fsync is shared by then.
pub const BATCH_JOBS: usize = 512;
/// Time of one commit's jobs: nobody waits much longer than an fsync takes anyway.
pub const BATCH_TIME: Duration = Duration::from_millis(5);
/// Waiting jobs; beyond it the caller hears 503 and tries again, rather than wait in memory.
pub const QUEUE_JOBS: usize = 4_096;
/// Bytes of bodies among the waiting jobs.
pub const QUEUE_SIZE: usize = 64 * 1024 * 1024;
/// A write that has not begun by then was not done, and its caller hears 503: a long write or another process is at it.
pub const QUEUE_WAIT: Duration = Duration::from_secs(5);
/// For another process's lock on the database.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// For another process that changes the tables: it may rebuild a large one, and the second then finds nothing to do.
pub const REVISION_PATIENCE: Duration = Duration::from_secs(10 * 60);
/// For the trial of a hand-written revision on the schema alone; what takes longer is not judged.
pub const TRIAL_TIME: Duration = Duration::from_secs(2);
/// Each time the write-ahead log has grown by so many bytes, writes wait for a gap between reads, so that it begins anew.
pub const LOG_SIZE: u64 = 32 * 1024 * 1024;
/// So long: to write as many bytes takes longer.
pub const LOG_GAP: Duration = Duration::from_millis(100);
/// The writer looks after itself so often: foreign commits, the checkpoint.
pub const IDLE_TICK: Duration = Duration::from_millis(500);

// Reads
/// SQLite steps of a read on a runtime thread, about 2 ms; what exceeds them starts again on a reader thread.
pub const INLINE_STEPS: u64 = 100_000;
/// A read on a runtime thread that took longer has waited: on the disk, or for a core.
pub const INLINE_WALL: Duration = Duration::from_millis(1);
/// So much waiting among few quick reads is the disk's: all reads move to the reader threads for a while.
pub const INLINE_WAITS: Duration = Duration::from_millis(24);
pub const INLINE_PAUSE: Duration = Duration::from_secs(10);
/// Beside its own time limit a read waits at most so long for a reader thread.
pub const READ_WAIT: Duration = Duration::from_secs(5);
/// Threads for reads that take long.
pub const READER_THREADS: usize = 2;

// Sockets
/// A new socket says who it is within that time, or ends.
pub const HELLO_TIMEOUT: Duration =
    Duration::from_secs(if cfg!(feature = "test-hooks") { 2 } else { 5 });
/// Sockets that have not said it yet, in all and of one address.
pub const STRANGERS: usize = 256;
pub const STRANGERS_PER_ADDRESS: usize = 16;
/// A socket that was silent so long is asked whether it is there: under every proxy's minute.
pub const PING_AFTER: Duration =
    Duration::from_secs(if cfg!(feature = "test-hooks") { 3 } else { 25 });
/// And has so long to answer.
pub const PONG_TIMEOUT: Duration =
    Duration::from_secs(if cfg!(feature = "test-hooks") { 3 } else { 10 });
/// A client that reads nothing for so long loses its socket; nobody else waits for it.
pub const FLUSH_TIMEOUT: Duration =
    Duration::from_secs(if cfg!(feature = "test-hooks") { 3 } else { 10 });
/// While it is waited for, it is asked so often whether it may stay.
pub const FLUSH_LOOK: Duration = Duration::from_millis(500);
/// So long before its end a credential's socket is told of it.
pub const EXPIRING: Duration = Duration::from_secs(30);
/// What a socket reads at once; a socket that is idle holds it, too.
pub const SOCKET_BUFFER: usize = 4 * 1024;
/// Frames are sent together up to so many bytes.
pub const SOCKET_WRITE: usize = 16 * 1024;
/// Watchers of one thing who are woken with each commit; more are woken beside the writer, and not without a pause: so
/// long for each of them, which is what one write to a socket costs, and never longer than that.
pub const RUNG_AT_ONCE: usize = 50;
pub const RING_PAUSE: Duration = Duration::from_micros(20);
pub const RING_PAUSE_MOST: Duration = Duration::from_millis(250);
/// Changes that are kept in memory for those who watch: bytes, and how many.
pub const RING_SIZE: usize = 32 * 1024 * 1024;
pub const RING_ENTRIES: usize = 65_536;
/// And bytes of the newest entries of each execution that is watched.
pub const RUN_RING_SIZE: usize = 256 * 1024;
/// Bytes of a frame of a snapshot: a socket keeps a buffer of its largest frame.
pub const SNAPSHOT_SIZE: usize = 32 * 1024;
/// Rows of the change log that one read looks at.
pub const MISSED_ROWS: usize = 2_000;
/// Bytes of changes in one answer of /api/changes, and how long it looks for more: where all are somebody else's, the
/// caller goes on from where it stopped.
pub const CHANGES_SIZE: usize = 1024 * 1024;
pub const CHANGES_LOOK: Duration = Duration::from_millis(250);
/// Fields in a `where`; and different sets of them that are watched of a model, since each is looked up with each write.
pub const FILTER_FIELDS: usize = 4;
pub const FILTER_SHAPES: usize = 100;
/// Messages of rooms that wait for a slow socket, and their bytes, in all its rooms together; beyond, the oldest are
/// dropped.
pub const ROOM_QUEUE: usize = 1_000;
pub const ROOM_QUEUE_SIZE: usize = 1024 * 1024;
/// Between two looks at what has to go from the change log.
pub const CHANGES_ROUND: Duration =
    Duration::from_secs(if cfg!(feature = "test-hooks") { 1 } else { 10 });

// Secrets
/// Password hashes at once: two cores stay answerable.
pub const HASHES: usize = 2;
/// Waiting for a hash; beyond it 503.
pub const HASHES_WAITING: usize = 64;
/// Bytes of a password: longer ones are refused, never cut.
pub const PASSWORD_SIZE: usize = 1_024;
/// Bytes of a token.
pub const TOKEN_SIZE: usize = 8 * 1024;
/// Bytes of a token's `kid`: a name, not a message.
pub const KID_SIZE: usize = 256;
/// Bits of an issuer's RSA key: shorter ones can be broken, longer ones cost.
pub const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
/// Keys of one issuer; nobody has so many.
pub const KEYS_PER_ISSUER: usize = 100;
/// Bytes of a token's `sub`, as OpenID Connect has it.
pub const SUBJECT_SIZE: usize = 255;
/// Bytes of an e-mail address (RFC 5321, erratum 1690).
pub const EMAIL_SIZE: usize = 254;
/// An answer of another server that takes longer, or has more bytes, is none.
pub const OUTGOING_TIMEOUT: Duration = Duration::from_secs(5);
pub const OUTGOING_SIZE: usize = 1024 * 1024;
/// An unknown `kid` makes us ask an issuer for its keys, but not more often.
pub const KEYS_PAUSE: Duration = Duration::from_secs(30);
/// So often while there are no keys of it yet: the issuer may start after us.
pub const KEYS_RETRY: Duration = Duration::from_secs(5);
/// Keys of that age are asked for anew beside the work, so that a withdrawn one is gone soon.
pub const KEYS_STALE: Duration = Duration::from_secs(10 * 60);
/// And older ones before they are used; if the issuer does not answer they hold on.
pub const KEYS_OLD: Duration = Duration::from_secs(60 * 60);
/// Accounts or addresses whose tries are counted, 4 MiB of memory; beyond, those with the fewest tries are forgotten.
pub const THROTTLE_KEYS: usize = 100_000;
/// Entries of the audit that strangers can cause, of one kind within `FAILURES_PERIOD`: about 2 MiB a day at most.
/// Further ones are counted in one entry.
pub const FAILURES_NOTED: i64 = 100;
/// Of `FAILURES_NOTED`.
pub const FAILURES_PERIOD: Duration = Duration::from_secs(10 * 60);
/// A sign-in at a provider comes back within that time: to type a password and a code there.
pub const ATTEMPT_LIFETIME: Duration = Duration::from_secs(10 * 60);
/// Sign-ins that came back within that time; a few MiB, and more than Argon2 would ever let in by password.
pub const STATES: usize = 100_000;
/// Bytes of the page to which a sign-in leads: it travels in a cookie.
pub const RETURN_SIZE: usize = 1_024;
/// What a provider is asked about itself is believed so long.
pub const DESCRIPTION_OLD: Duration = Duration::from_secs(60 * 60);
/// An address that signed in to an account within that time has a count of wrong tries of its own there.
pub const KNOWN_ADDRESS: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Beside a token's lifetime a replaced signing secret is accepted so long: a busy server may sign with it once more.
pub const ROTATION_SPARE: Duration = Duration::from_secs(30);
/// Tabs of one browser that renew together send the same cookie; so long the second one hears what the first one heard.
pub const REFRESH_GRACE: Duration = Duration::from_secs(10);
/// Clocks of two machines differ by so much.
pub const LEEWAY: Duration = Duration::from_secs(5);

// The second factor
/// The second step of a sign-in is done by then, or the first one is to be done again.
pub const CHALLENGE_LIFETIME: Duration = Duration::from_secs(5 * 60);
/// Wrong codes of one sign-in: more are no mistypings.
pub const CHALLENGE_TRIES: u32 = 5;
/// Sign-ins of one user that wait for their second step; the oldest goes.
pub const CHALLENGES_PER_USER: usize = 16;
/// And of all users.
pub const CHALLENGES: usize = 10_000;
/// Wrong codes of an account in an hour, beside the count a minute that passwords have: who knows the password must not
/// come near one in a million by patience.
pub const CODES_PER_HOUR: u32 = 30;
/// Apps of one user: each makes a guess likelier to be right.
pub const SECOND_FACTORS: usize = 5;
/// Recovery codes of one user.
pub const RECOVERY_CODES: usize = 10;
/// A second factor is confirmed by then, or begun anew.
pub const SETUP_LIFETIME: Duration = Duration::from_secs(60 * 60);
/// Who has no password proves by a sign-in within that time that it is them.
pub const FRESH_SESSION: Duration = Duration::from_secs(10 * 60);
/// A caller is looked at again when their request's body took longer to come.
pub const CALLER_LIFETIME: Duration = Duration::from_secs(1);
// Signed messages of issuers
/// Bytes of a message's id.
pub const MESSAGE_ID_SIZE: usize = 255;
/// A message is of now, give or take what clocks differ: an old one is somebody's copy. As Standard Webhooks has it.
pub const MESSAGE_AGE: Duration = Duration::from_secs(300);
/// Signatures of one message: an issuer that changes its secret sends two.
pub const MESSAGE_SIGNATURES: usize = 8;
/// Ids of messages are kept so long: a copy is too old long before.
pub const MESSAGE_KEPT: Duration = Duration::from_secs(60 * 60);

// Mails
/// A link that shows whose an address is: mails are read the next day, too.
pub const VERIFY_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// A link for a new password opens an account, so it lasts as long as somebody sits there waiting for it.
pub const RESET_LIFETIME: Duration = Duration::from_secs(60 * 60);
/// Mails of one kind to one address: more within an hour are a nuisance for whoever gets them.
pub const MAILS_PER_ACCOUNT: u32 = 3;
/// Of `MAILS_PER_ACCOUNT`.
pub const MAILS_PERIOD: Duration = Duration::from_secs(60 * 60);
/// Mails that wait to be sent; beyond it they are dropped, since memory is small.
pub const MAILS_WAITING: usize = 1_000;
/// Wishes for a new password that wait to be looked at, behind the answer.
pub const RESETS_WAITING: usize = 256;
/// One mail from the first byte to the last.
pub const MAIL_TIMEOUT: Duration =
    Duration::from_secs(if cfg!(feature = "test-hooks") { 2 } else { 30 });
/// Waits between the tries of one mail: a mail server restarts, or wants to see whether one comes back (greylisting).
pub const MAIL_RETRIES: [Duration; 4] = if cfg!(feature = "test-hooks") {
    [Duration::from_millis(50); 4]
} else {
    [
        Duration::from_secs(5),
        Duration::from_secs(30),
        Duration::from_secs(120),
        Duration::from_secs(300),
    ]
};
/// For the mails that wait when the server ends: `docker stop` kills soon.
pub const MAIL_FAREWELL: Duration = Duration::from_millis(1_500);
/// Characters of a name in a mail: a longer one is a message to whoever gets it.
pub const MAIL_NAME: usize = 64;

// Models
/// Characters of a name: longer ones are nobody's, and column names stand in every statement.
pub const NAME_LENGTH: usize = 64;
/// Bytes of a compiled `pattern`: each is in memory for good.
pub const PATTERN_SIZE: usize = 1024 * 1024;
/// Columns of a declared index or unique list: SQLite gains little from more.
pub const INDEX_COLUMNS: usize = 4;

/// API keys of a user: more are a mistake of a program.
pub const API_KEYS: i64 = 100;
/// An admin sees as another user for so many seconds; then they say once more why.
pub const VIEW_LIFETIME: i64 = 15 * 60;
/// A ticket for a socket lives so long.
pub const TICKET_LIFETIME: Duration = Duration::from_secs(30);
/// Tickets at once, in all and of one user: beyond, the oldest go.
pub const TICKETS: usize = 10_000;
pub const TICKETS_PER_USER: usize = 20;

// The log and backups
/// Lines of the log in memory, and their bytes together.
pub const RECENT_LINES: usize = 2_000;
pub const RECENT_SIZE: usize = 1024 * 1024;
/// Lines of one answer.
pub const LOG_PAGE: usize = 500;
/// Bytes of the disk that a backup leaves free for the database itself.
pub const BACKUP_MARGIN: u64 = 64 * 1024 * 1024;
