//! Keys that come by https: whose certificates are believed.

use crate::issuers::claims;
use crate::support::issuer::Key;
use crate::support::tls::Tls;
use crate::support::{Server, Start};

/// A server that trusts the issuer behind `tls`, and the authorities in that file beside the public ones.
async fn server(tls: &Tls, authorities: Option<&str>) -> Server {
    let config = format!(
        "[[auth.issuers]]\nissuer = \"{0}\"\naudience = \"api\"\njwks_url = \"{0}/jwks\"\n",
        tls.url
    );
    let start = Start::new(&config);
    match authorities {
        Some(file) => start.environment("SSL_CERT_FILE", file).run().await,
        None => start.run().await,
    }
}

async fn status(server: &Server, tls: &Tls, key: &Key) -> u16 {
    let token = key.sign(&key.header("k"), &claims(&tls.url));
    server.get("/api/auth/me").token(&token).send().await.status
}

#[tokio::test]
async fn keys_behind_an_untrusted_certificate_are_not_taken() {
    let key = Key::p256();
    // Of an authority that nobody knows; of one that is known, for another name; of one that is known, but over.
    for (arguments, trusted, reason) in [
        (&[][..], false, "UnknownIssuer"),
        (&["--name", "other.example"][..], true, "not valid for name"),
        (&["--expired"][..], true, "expired"),
    ] {
        let mut tls = Tls::start(&[key.jwk("k")], arguments);
        let file = tls.authority();
        let server = server(&tls, trusted.then_some(file.as_str())).await;
        assert_eq!(status(&server, &tls, &key).await, 401, "{reason}");
        assert_eq!(tls.asked(), 0, "nothing is sent to a stranger");
        let log = server.log();
        assert!(log.contains("the keys of an issuer could not be fetched"));
        assert!(log.contains(reason), "{reason}: {log}");
    }
}

#[tokio::test]
async fn keys_behind_a_certificate_of_the_systems_authorities_are_taken() {
    let key = Key::p256();
    let mut tls = Tls::start(&[key.jwk("k")], &[]);
    let file = tls.authority();
    let server = server(&tls, Some(&file)).await;
    assert_eq!(status(&server, &tls, &key).await, 200, "{}", server.log());
    assert_eq!(tls.asked(), 1);
    assert_eq!(status(&server, &tls, &Key::p256()).await, 401);
}
