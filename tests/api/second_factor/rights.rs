//! Who may set a second factor up and take it away, and who must have one.

use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn a_stolen_session_neither_adds_nor_removes_one() {
    let server = Server::with(PATIENT).await;
    let ada = server.user("ada").await;
    let post = |path: &'static str, body: Value| server.post(path, body).by(&ada).send();
    post(TOTP, json!({})).await.expect(422);
    post(TOTP, json!({"password": "not the password"}))
        .await
        .expect(403);
    post(CONFIRM, json!({"code": "123456"})).await.expect(409);
    let codes = "/api/auth/second-factors/recovery-codes";
    post(codes, json!({"password": PASSWORD})).await.expect(409);
    let (app, recovery) = set_up(&server, &ada).await;
    post(TOTP, json!({"password": PASSWORD})).await.expect(422);
    post(TOTP, json!({"password": PASSWORD, "code": app.code(5)}))
        .await
        .expect(403);
    post(codes, json!({})).await.expect(422);
    let listed = server.get(ALL).by(&ada).send().await.json();
    let id = listed["data"]["factors"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("{ALL}/{id}");
    let delete = |body: Value| server.delete(&path).json(body).by(&ada).send();
    delete(json!({"password": PASSWORD})).await.expect(422);
    delete(json!({"code": app.code(0)})).await.expect(422);
    delete(json!({"password": "wrong one", "code": app.code(0)}))
        .await
        .expect(403);
    let bob = server.user("bob").await;
    let (of_bob, _) = set_up(&server, &bob).await;
    let body = json!({"password": PASSWORD, "code": of_bob.code(0)});
    server
        .delete(&path)
        .json(body)
        .by(&bob)
        .send()
        .await
        .expect(404);
    // New recovery codes put an end to the old ones.
    let renewed = post(codes, json!({"code": recovery[0]})).await.expect(200);
    assert_eq!(
        renewed.json()["data"]["recovery_codes"]
            .as_array()
            .unwrap()
            .len(),
        10
    );
    login(&server, &ada, Some(&recovery[1])).await.expect(401);
    delete(json!({"password": PASSWORD, "code": app.code(0)}))
        .await
        .expect(200);
    login(&server, &ada, None).await.expect(200);
}

#[tokio::test]
async fn a_role_that_demands_one_can_do_nothing_else_before() {
    let server = Server::with(
        "[auth]\nsecond_factor = [\"admin\"]\n[models.items.fields]\nname = { type = \"string\" }\n",
    )
    .await;
    let ada = server.admin("ada").await;
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    loop {
        let answer = server.get("/api/items").by(&ada).send().await;
        if answer.status == 403 {
            assert_eq!(answer.json()["code"], "second_factor_setup_required");
            break;
        }
        assert!(
            std::time::Instant::now() < until,
            "{} {}",
            answer.status,
            answer.text()
        );
    }
    server
        .get("/api/admin/users")
        .by(&ada)
        .send()
        .await
        .expect(403);
    server.get("/api/auth/me").by(&ada).send().await.expect(200);
    let (app, _) = set_up(&server, &ada).await;
    server
        .get("/api/admin/users")
        .by(&ada)
        .send()
        .await
        .expect(200);
    let listed = server.get(ALL).by(&ada).send().await.json();
    assert_eq!(listed["data"]["required"], true);
    let id = listed["data"]["factors"][0]["id"].as_str().unwrap();
    let body = json!({"password": PASSWORD, "code": app.code(0)});
    let kept = server
        .delete(&format!("{ALL}/{id}"))
        .json(body)
        .by(&ada)
        .send()
        .await;
    assert!(kept.expect(409).detail().contains("must have"));
    login(&server, &ada, None).await.expect(401);
    server.user("bob").await;
}

#[tokio::test]
async fn admins_and_the_operator_take_a_lost_one_away_but_not_their_own() {
    let server = Server::with(PATIENT).await;
    let root = server.admin("root").await;
    let ada = server.user("ada").await;
    set_up(&server, &ada).await;
    let path = |user: &User| format!("/api/admin/users/{}/second-factors", user.id);
    server.delete(&path(&ada)).by(&ada).send().await.expect(403);
    server
        .delete(&path(&root))
        .by(&root)
        .send()
        .await
        .expect(403);
    server
        .delete(&path(&ada))
        .by(&root)
        .send()
        .await
        .expect(200);
    login(&server, &ada, None).await.expect(200);
    let (_, codes) = set_up(&server, &ada).await;
    let said = server.hearth(&["user", "reset-second-factor", &ada.email]);
    assert!(said.contains("no second factor any more"), "{said}");
    login(&server, &ada, None).await.expect(200);
    let audit = server.hearth(&["audit", "--user", &ada.email, "--json"]);
    assert_eq!(audit.matches("second_factor_reset").count(), 2);
    assert!(codes.iter().all(|code| !audit.contains(code.as_str())));
}
