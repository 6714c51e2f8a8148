//! Executions that go with their user while others watch them.

use serde_json::json;

use crate::bench::{Worker, run};
use crate::client::Socket;
use crate::support::Server;

#[tokio::test]
async fn who_watches_an_execution_hears_that_it_went_with_its_user() {
    let server = Server::start().await;
    let ada = server.user("ada").await;
    let worker = Worker::new(&server).await;
    let root = &worker.by;
    let one = run(&server, &ada, json!({"task": "a"})).await;
    let id = one["id"].as_str().unwrap();
    let mut socket = Socket::open(&server, root).await;
    let channel = format!("execution:{id}");
    socket.subscribe(json!({"channel": channel})).await;
    socket.until_live().await;
    let mut own = Socket::at(&server, root, &format!("/ws/{id}")).await;
    own.until_live().await;
    let path = format!("/api/executions/{id}/events?wait=20&after=1");
    let delete = async {
        let path = format!("/api/admin/users/{}", ada.id);
        server.delete(&path).by(root).send().await.expect(200);
    };
    let (polled, ()) = tokio::join!(server.get(&path).by(root).send(), delete);
    polled.expect(404);
    let reset = socket.next().await;
    assert_eq!(
        (&reset["type"], &reset["reason"], &reset["channel"]),
        (&json!("reset"), &json!("access"), &json!(channel))
    );
    socket.is_quiet().await;
    assert_eq!(own.closed().await, 4404);
}
