//! The `Config` that the table of settings fills in. No value here is a default: each is overwritten.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use super::{
    Auth, Config, Database, Executions, LogFormat, Logs, Mail, MetricsReaders, Rate, Realtime,
    Registration, RequestLog, Server, Synchronous,
};
use crate::models::Models;

impl Config {
    pub(super) fn blank() -> Config {
        Config {
            file: None,
            server: Server::blank(),
            database: Database {
                synchronous: Synchronous::Full,
                auto_migrate: false,
                revisions: PathBuf::new(),
                query_timeout: Duration::ZERO,
                cache_size: 0,
            },
            auth: Auth::blank(),
            realtime: Realtime {
                sockets: 0,
                sockets_per_user: 0,
                subscriptions: 0,
                frame_size: 0,
                frame_rate: NEVER,
                change_retention: Duration::ZERO,
                changes: 0,
                rooms: Vec::new(),
            },
            executions: Executions {
                lease: Duration::ZERO,
                cancel_grace: Duration::ZERO,
                retention: Duration::ZERO,
                events: 0,
                events_size: 0,
                declared_only: false,
                commands: None,
                path: None,
            },
            tasks: Vec::new(),
            mail: Mail::default(),
            logs: Logs {
                level: String::new(),
                format: LogFormat::Auto,
                requests: RequestLog::All,
                audit_retention: Duration::ZERO,
            },
            models: Models::default(),
            settings: Vec::new(),
            notes: Vec::new(),
        }
    }
}

const NEVER: Rate = Rate {
    count: 0,
    per: Duration::ZERO,
};

impl Server {
    fn blank() -> Server {
        Server {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            url: None,
            hosts: Vec::new(),
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            data_dir: PathBuf::new(),
            public_dir: PathBuf::new(),
            timezone: jiff::tz::TimeZone::UTC,
            connections: 0,
            body_size: 0,
            idle_timeout: Duration::ZERO,
            drain_timeout: Duration::ZERO,
            metrics: MetricsReaders::Key,
        }
    }
}

impl Auth {
    fn blank() -> Auth {
        Auth {
            registration: Registration::Closed,
            secret: None,
            access_lifetime: Duration::ZERO,
            refresh_lifetime: Duration::ZERO,
            session_lifetime: Duration::ZERO,
            password_length: 0,
            attempts_per_account: NEVER,
            attempts_per_address: NEVER,
            second_factor: Vec::new(),
            roles: Vec::new(),
            link_verified_email: false,
            issuers: Vec::new(),
            providers: Vec::new(),
        }
    }
}
