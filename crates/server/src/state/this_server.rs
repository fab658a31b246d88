//! This server among those that use its database.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::watch;

use crate::db::servers::SeenServer;

/// How long a heart is silent before its server is taken for gone.
pub(crate) const GONE: Duration = Duration::from_secs(20);
/// And how often in a row it was seen so: a clock may jump.
const LOOKS: u32 = 5;
/// How long a server whose heartbeat is not stored goes on with what only one may do. By then no other one does it.
pub(crate) const OVERDUE: Duration = Duration::from_secs(10);

/// This server, and whether it is the one that does the jobs.
pub(crate) struct ThisServer {
    /// Another one for each process.
    pub(crate) id: String,
    leads: watch::Sender<bool>,
    /// How many jobs of a lead run.
    at_work: watch::Sender<u32>,
}

/// A job of a lead, as long as it runs.
pub(crate) struct AtWork<'a>(&'a watch::Sender<u32>);

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|jobs| *jobs -= 1);
    }
}

impl ThisServer {
    pub(crate) fn new(id: String) -> Self {
        Self { id, leads: watch::Sender::new(false), at_work: watch::Sender::new(0) }
    }

    pub(crate) fn leads(&self) -> bool {
        *self.leads.borrow()
    }

    /// Sets whether it leads. Returns whether that is new.
    pub(crate) fn set_leads(&self, leads: bool) -> bool {
        self.leads.send_if_modified(|led| std::mem::replace(led, leads) != leads)
    }

    /// Begins a job of a lead; `None` where this server does not lead.
    pub(crate) fn begin(&self) -> Option<AtWork<'_>> {
        self.at_work.send_modify(|jobs| *jobs += 1);
        let at_work = AtWork(&self.at_work);
        // Asked afterwards, so that whoever ends the lead waits for this job.
        self.leads().then_some(at_work)
    }

    /// Waits until no job of a lead runs.
    pub(crate) async fn until_idle(&self) {
        // The sender is here.
        let _ = self.at_work.subscribe().wait_for(|jobs| *jobs == 0).await;
    }

    /// Waits until it leads, or until it does not.
    pub(crate) async fn until_leads(&self, leads: bool) {
        // The sender is here.
        let _ = self.leads.subscribe().wait_for(|led| *led == leads).await;
    }
}

/// How long the hearts of the other servers have been silent. It is measured here, on the clock that is never set back: the
/// clocks of servers may differ.
#[derive(Default)]
pub(crate) struct Hearts(HashMap<String, Heart>);

struct Heart {
    beat: i64,
    since: Duration,
    looks: u32,
}

impl Hearts {
    /// Takes note of all other servers as they are seen now. Returns those that are gone.
    pub(crate) fn look<'a>(&mut self, seen: &'a [SeenServer], elapsed: Duration) -> Vec<&'a SeenServer> {
        self.0.retain(|id, _| seen.iter().any(|server| server.id == *id));
        let mut gone = Vec::new();
        for server in seen {
            let new = || Heart { beat: server.beat, since: elapsed, looks: 0 };
            let heart = self.0.entry(server.id.clone()).or_insert_with(new);
            if heart.beat != server.beat {
                *heart = new();
            }
            heart.looks += 1;
            if heart.looks > LOOKS && elapsed.saturating_sub(heart.since) >= GONE {
                gone.push(server);
            }
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn seen(beat: i64) -> [SeenServer; 1] {
        [SeenServer { id: "a".to_owned(), beat, is_lead: 0, mail: None }]
    }

    #[test]
    fn r26_a_server_that_leads_no_more_is_idle_once_its_jobs_have_ended() {
        let server = ThisServer::new("a".to_owned());
        assert!(server.begin().is_none(), "it does not lead yet");
        server.set_leads(true);
        let job = server.begin().expect("it leads");
        server.set_leads(false);
        assert!(server.begin().is_none());
        assert!(server.until_idle().now_or_never().is_none(), "a job is at work");
        drop(job);
        assert!(server.until_idle().now_or_never().is_some());
    }

    #[test]
    fn r26_a_server_is_gone_once_its_heart_was_silent_for_long_enough_and_seen_so_often_enough() {
        let second = Duration::from_secs(1);
        let mut hearts = Hearts::default();
        for beat in 0..60 {
            assert!(hearts.look(&seen(beat), second * u32::try_from(beat).unwrap()).is_empty(), "{beat}");
        }
        for elapsed in 60..79 {
            assert!(hearts.look(&seen(59), second * elapsed).is_empty(), "{elapsed}");
        }
        assert_eq!(hearts.look(&seen(59), second * 79).len(), 1);
        assert!(hearts.look(&seen(60), second * 80).is_empty(), "it was only late");
        let day = second * 24 * 3600;
        for look in 1..LOOKS {
            assert!(hearts.look(&seen(60), day).is_empty(), "{look}: the clock jumped");
        }
        assert_eq!(hearts.look(&seen(60), day).len(), 1);
        assert!(hearts.look(&[], day).is_empty() && hearts.0.is_empty());
    }
}
