//! R9: a network that breaks off after every number of bytes, and one with every kind of trouble.

use std::num::NonZeroU32;
use std::time::Duration;

use server::config::MailLimits;

use super::{Inviter, by_address, check, draws, is_whole, people, say, spread};
use crate::harness::{Client, Server};
use crate::post_office::PostOffice;
use crate::postgres;
use crate::proxy::{self, From, Network, Trouble};

/// A server between its clients, its mail server and its database, each behind a network of its own.
struct Links {
    _server: Server,
    admin: Client,
    clients: Network,
    mail: Network,
    /// Where it is PostgreSQL.
    database: Option<Network>,
    office: PostOffice,
    batches: u32,
}

impl Links {
    async fn new() -> Self {
        let office = PostOffice::open().await;
        let mail = Network::before(proxy::Server::Port(office.address)).await;
        let smtp = format!("smtp://{}", mail.address).parse().unwrap();
        let database = match postgres::server() {
            Some(url) => Some(Network::before(proxy::Server::of(&url)).await),
            None => None,
        };
        // Longer than anything here takes but silence.
        let patience = Duration::from_secs(1);
        let server = Server::start_with(|config| {
            config.smtp = Some(smtp);
            if let Some(network) = &database {
                let url = postgres::database_of(&config.data).expect("a database");
                config.database = Some(network.through(&url).into());
            }
            config.mail_retry_ms = 1;
            config.mail_limits = MailLimits { connect: patience, command: patience, answer: patience };
            config.database_patience = Some(patience);
            config.account.seats = Some(10_000_000);
            config.requests_per_second = NonZeroU32::MAX;
        })
        .await;
        let port = server.base.trim_start_matches("http://").parse().unwrap();
        let clients = Network::before(proxy::Server::Port(port)).await;
        // The app gives up a request after 30 s.
        let admin = server.admin().await.at(&format!("http://{}", clients.address)).waiting(patience * 3);
        Self { _server: server, admin, clients, mail, database, office, batches: 0 }
    }

    /// Invites people, whatever is the matter with the networks until their mails are settled. Returns whether it has come.
    async fn invite(&mut self, count: u32) -> bool {
        self.batches += 1;
        let people = people(self.batches, count);
        let settled = self.invited(&people).await;
        let mut has_come = true;
        for network in [&self.clients, &self.mail].into_iter().chain(&self.database) {
            has_come &= network.trouble().has_come();
            network.set(Trouble::None);
        }
        let rows = self.rows(&settled.id).await;
        check(&settled, &people, rows, &by_address(&self.office.collect()));
        has_come
    }
}

impl Inviter for Links {
    fn admin(&self) -> &Client {
        &self.admin
    }
}

/// Invites people again and again, while that network is cut after ever more bytes in either direction. Returns how often.
async fn cut(links: &mut Links, network: &Network, people: u32, most: u32) -> u32 {
    let mut faults = 0;
    for from in [From::Client, From::Server] {
        network.take_sent(from);
        links.invite(people).await;
        let sent = u32::try_from(network.take_sent(from)).unwrap();
        for after in spread(sent, draws(15, Some(most)), 0) {
            network.set(Trouble::Cut { from, after: after as usize });
            faults += u32::from(links.invite(people).await);
            // Otherwise the mail server would be given longer and longer pauses.
            links.invite(1).await;
        }
    }
    faults
}

#[tokio::test]
async fn r9_wherever_a_request_or_its_answer_is_cut_it_is_sent_again_and_counts_once() {
    let mut links = Links::new().await;
    let clients = links.clients.clone();
    let faults = cut(&mut links, &clients, 3, 750).await;
    say(&format!("a batch of 3 people: {faults} cuts between client and server"));
}

#[tokio::test]
async fn r9_wherever_the_way_to_the_mail_server_is_cut_each_mail_is_sent_once_or_nobody_knows() {
    let mut links = Links::new().await;
    let mail = links.mail.clone();
    let faults = cut(&mut links, &mail, 1, 750).await;
    say(&format!("one mail: {faults} cuts between server and mail server"));
}

#[tokio::test]
async fn r9_wherever_the_way_to_the_database_is_cut_nobody_is_lost_and_nobody_gets_a_mail_twice() {
    let mut links = Links::new().await;
    let Some(database) = links.database.clone() else { return };
    let faults = cut(&mut links, &database, 3, 1_000).await;
    say(&format!("a batch of 3 people: {faults} cuts between server and database"));
}

#[tokio::test]
async fn r9_mails_whose_lease_was_committed_without_an_answer_do_not_wait_for_its_end() {
    let mut links = Links::new().await;
    let Some(database) = links.database.clone() else { return };
    database.set(Trouble::Unanswered { statement: "UPDATE mails SET state = 'sending'" });
    let waiting = links.sealed(&people(1, 5)).await;
    let (mut others, mut batch) = (1, links.batch(&waiting).await);
    while !batch.is_settled() && others < 50 {
        others += 1;
        links.invited(&people(others, 1)).await;
        batch = links.batch(&waiting).await;
    }
    assert_eq!(database.trouble(), Trouble::None, "the answer was lost");
    assert_eq!(batch.deliveries.sent, 5, "after {others} others: {batch:?}");
    assert_eq!(links.office.collect().len() as u32, 5 + others - 1);
}

/// Every kind of trouble; what comes after some bytes comes after these. What has no direction is tried once where there are few
/// draws.
pub(super) fn troubles(from: From, after: usize) -> Vec<Trouble> {
    let directed =
        [Trouble::Cut { from, after }, Trouble::Reset { from, after }, Trouble::Silent { from, after }];
    if from == From::Server && !is_whole() {
        return directed.into();
    }
    let others = [
        Trouble::Late,
        Trouble::Narrow,
        Trouble::Sliced,
        Trouble::ClosesLate,
        Trouble::Down { connections: 3 },
    ];
    [&others[..], &directed].concat()
}

#[tokio::test]
async fn r9_whatever_is_the_matter_with_the_network_nobody_is_lost_and_nobody_gets_a_mail_twice() {
    let mut links = Links::new().await;
    let (clients, mail, database) = (links.clients.clone(), links.mail.clone(), links.database.clone());
    let mut faults = 0;
    for from in [From::Client, From::Server] {
        for after in spread(600, draws(1, Some(20)), 300) {
            for trouble in troubles(from, after as usize) {
                for network in [&mail, &clients].into_iter().chain(&database) {
                    network.set(trouble);
                    faults += u32::from(links.invite(5).await);
                    links.invite(1).await;
                }
            }
        }
    }
    say(&format!(
        "batches of 5 people: {faults} with trouble between client, server, mail server and database"
    ));
}
