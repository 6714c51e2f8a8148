//! `/api/auth/me`.

use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn a_user_sees_and_names_themselves() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let me = server.get("/api/auth/me").by(&ada).send().await.expect(200);
    let item = me.item();
    assert_eq!(item["id"], ada.id.as_str());
    assert_eq!(
        (&item["email"], &item["name"]),
        (&json!("ada@example.com"), &json!(null))
    );
    assert!(!me.text().contains("hash"));
    let put = |body| server.put("/api/auth/me", body).by(&ada).send();
    let named = put(json!({"name": "Ada"})).await.expect(200).item();
    assert_eq!(named["name"], "Ada");
    assert_eq!(put(json!({})).await.expect(200).item()["name"], "Ada");
    assert_eq!(
        put(json!({"name": null})).await.expect(200).item()["name"],
        json!(null)
    );
}

#[tokio::test]
async fn nobody_promotes_themselves() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    for (name, value) in [
        ("role", json!("admin")),
        ("email", json!("root@example.com")),
        ("email_verified", json!(true)),
        ("disabled", json!(false)),
        ("id", json!("1")),
        ("password", json!("a new password, unasked")),
        ("__proto__", json!({"role": "admin"})),
    ] {
        let refused = server
            .put("/api/auth/me", json!({name: value}))
            .by(&ada)
            .send()
            .await;
        let detail = refused.expect(422).detail();
        assert!(
            detail.starts_with(&format!("body.{name} extra_forbidden")),
            "{detail}"
        );
    }
    let me = server.get("/api/auth/me").by(&ada).send().await.item();
    assert_eq!(me["role"], "user");
}
