//! RFC 6455 by the cases of Autobahn's test suite, which `clients/conformance.py` has by their numbers: the suite's own client
//! expects a server that echoes. 12 and 13 (compression) do not apply: no extension is negotiated.

use std::process::Command;

use crate::support::Server;
use crate::support::python::python;

#[tokio::test]
async fn frames_pings_fragments_utf8_and_goodbyes_are_as_the_standard_has_them() {
    let server =
        Server::with("[realtime]\nframe_rate = \"10000/s\"\nsockets_per_user = 1000\n[models.items.fields]\nname = { type = \"string\" }\n").await;
    let ada = server.user("ada").await;
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/live/clients/conformance.py"
    );
    let (host, port) = server.address().split_once(':').unwrap();
    let mut command = Command::new(python());
    command.args([script, host, port, &ada.token]);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let failed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}{failed}");
    // As many as there are: an empty list would prove nothing.
    assert!(said.contains("289 cases, 0 wrong"), "{said}");
}
