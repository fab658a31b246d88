//! The certificate that the server orders, while there is none, and what is asked of a server on its own machine by TLS.

use server::app::ready::{Question, ask};
use server::config::Config;

use crate::encryption;
use crate::harness::Server;

const PUBLIC: &str = "https://actions.localhost:8443";

/// The settings with which to ask a server that runs.
fn asking(server: &Server, public: Option<&str>) -> Config {
    let mut config = server.settings_in(server.data());
    config.bind = server.base.trim_start_matches("http://").parse().unwrap();
    config.public_url = public.map(|url| url.parse().unwrap());
    config
}

#[tokio::test]
async fn n7_a_server_without_its_first_certificate_lives_and_is_not_ready() {
    let server = Server::start_with(|config| {
        // Nobody listens there.
        config.acme = Some("https://127.0.0.1:1/directory".parse().unwrap());
        config.public_url = Some(PUBLIC.parse().unwrap());
    })
    .await;
    let config = asking(&server, Some(PUBLIC));
    ask(&config, Question::Lives).await.unwrap();
    let failure = ask(&config, Question::IsReady).await.unwrap_err().to_string();
    assert!(failure.contains("no certificate yet"), "{failure}");
}

#[tokio::test]
async fn n7_a_server_is_asked_on_its_own_machine_whoever_signed_its_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let (server, _) = encryption::started(folder.path()).await;
    for public in [None, Some("https://localhost:8443"), Some(PUBLIC), Some("https://127.0.0.1:8443")] {
        for question in [Question::Lives, Question::IsReady] {
            ask(&asking(&server, public), question).await.unwrap();
        }
    }
}
