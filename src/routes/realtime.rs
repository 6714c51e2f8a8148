//! `/ws` and `/ws/{execution}`: the doors of sockets. Whoever sends a credential is known before the upgrade; the rest is `realtime/`.

use std::sync::Arc;

use hyper::upgrade::OnUpgrade;
use warp::Filter;
use warp::http::header;
use warp::http::{Method, StatusCode};

use super::extract::Request;
use super::files::{self, File, Shelf};
use super::reply::{self, Response};
use super::{Group, Methods, Taken, decoded, fixed, not_found};
use crate::error::{Error, FieldError, Result};
use crate::realtime::handshake::{self, Offer};
use crate::realtime::{self, Entrance};
use crate::services::executions::tail;
use crate::services::held::Held;
use crate::services::query;

/// hyper's half of an upgrade, where one was asked for.
type Upgrade = Option<OnUpgrade>;

pub(super) fn routes(taken: &Taken) -> Group {
    let methods = Arc::new(Methods::new().on(Method::GET, open));
    let of_one = Arc::clone(&methods);
    let many = warp::path("ws")
        .and(warp::path::end())
        .and(taken.clone())
        .and(warp::ext::optional::<OnUpgrade>())
        .then(move |request, upgrade| Arc::clone(&methods).answer(request, (upgrade, None)));
    let one = warp::path("ws")
        .and(warp::path::param::<String>())
        .and(warp::path::end())
        .and(taken.clone())
        .and(warp::ext::optional::<OnUpgrade>())
        .then(move |id: String, request, upgrade| {
            Arc::clone(&of_one).answer(request, (upgrade, Some(decoded(&id))))
        });
    let shelf = Arc::new(Shelf::default());
    let described = Methods::new().on(Method::GET, move |request, ()| {
        describe(Arc::clone(&shelf), request)
    });
    let schema = fixed(warp::path(SCHEMA).boxed(), taken, described);
    many.or(one).unify().or(schema).unify().boxed()
}

const SCHEMA: &str = "realtime.schema.json";

async fn describe(shelf: Arc<Shelf>, request: Request) -> Result<Response> {
    let make = || {
        let text = realtime::SCHEMA.as_bytes();
        Some(File::compressed("application/schema+json", text.into()))
    };
    let file = shelf.take(SCHEMA, make).await?;
    Ok(file.map_or_else(
        || not_found(&request),
        |file| files::answer(&request, &file),
    ))
}

async fn open(
    request: Request,
    (upgrade, execution): (Upgrade, Option<String>),
) -> Result<Response> {
    let offer = handshake::read(&request.head.headers)?;
    let upgrade = upgrade.ok_or_else(|| {
        let message =
            "This connection can't be upgraded; a proxy on the way must let it (/docs/guide/realtime)";
        Error::new(crate::error::Code::BadRequest, message)
    })?;
    if !request.is_own_origin() {
        return Err(Error::forbidden(
            "Pages of this origin may not open sockets here; add it to server.cors_origins",
        ));
    }
    let wanted = Wanted::read(&request.parameters()?)?;
    let held = credential(&request, &offer, wanted.ticket.as_deref()).await?;
    if let (Some(held), Some(id)) = (&held, &execution) {
        tail::watched(&request.app, &held.caller(), id).await?;
    }
    let principal = held.as_ref().map(|held| Arc::clone(&held.principal));
    let address = request.head.client;
    let place = request.app.realtime.seats.take(address, principal)?;
    let entrance = Entrance {
        address,
        held,
        execution,
        after: wanted.after,
        epoch: wanted.epoch,
    };
    let app = Arc::clone(&request.app);
    tokio::spawn(async move {
        match upgrade.await {
            Ok(upgraded) => realtime::serve(app, upgraded, place, entrance).await,
            Err(cause) => tracing::debug!(%cause, "a connection broke off before its upgrade"),
        }
    });
    Ok(switching(&offer))
}

/// What was sent to say who it is, the first that is present. None: it will be said in a frame.
async fn credential(
    request: &Request,
    offer: &Offer,
    ticket: Option<&str>,
) -> Result<Option<Held>> {
    let (app, address) = (&request.app, request.head.client);
    let held = if let Some(token) = request.bearer()?.or(offer.token.as_deref()) {
        Held::of_token(app, token, address).await?
    } else if let Some(ticket) = ticket {
        Held::of_ticket(app, ticket, address).await?
    } else {
        return Ok(None);
    };
    request.note(&held.caller());
    Ok(Some(held))
}

/// 101: from here on it is no HTTP any more.
fn switching(offer: &Offer) -> Response {
    let mut response = reply::empty(StatusCode::SWITCHING_PROTOCOLS);
    for (name, value) in [
        (header::UPGRADE, "websocket"),
        (header::CONNECTION, "Upgrade"),
        (header::SEC_WEBSOCKET_ACCEPT, offer.accept.as_str()),
    ] {
        response = reply::with(response, name, value);
    }
    if offer.named {
        response = reply::with(response, header::SEC_WEBSOCKET_PROTOCOL, realtime::NAME);
    }
    response
}

/// What the query says.
#[derive(Default)]
struct Wanted {
    ticket: Option<String>,
    after: Option<i64>,
    epoch: Option<String>,
}

impl Wanted {
    fn read(parameters: &[(String, String)]) -> Result<Self> {
        let mut wanted = Wanted::default();
        let mut faults: Vec<FieldError> = Vec::new();
        for (name, text) in parameters {
            match name.as_str() {
                "ticket" => wanted.ticket = Some(text.clone()),
                "epoch" => wanted.epoch = Some(text.clone()),
                "after" => match query::whole(name, text, 0, i64::MAX as u64) {
                    Ok(number) => wanted.after = i64::try_from(number).ok(),
                    Err(fault) => faults.push(fault),
                },
                _ => faults.push(query::unknown(name, ["ticket", "after", "epoch"])),
            }
        }
        if faults.is_empty() {
            Ok(wanted)
        } else {
            Err(Error::invalid(faults))
        }
    }
}
