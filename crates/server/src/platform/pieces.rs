//! Work in pieces, one after the other, where one that always fails keeps no other from being done.

use std::collections::HashMap;
use std::fmt::Display;
use std::hash::Hash;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::ending::wait_for_end;
use super::jobs::{Job, Jobs, wait};

/// The piece of work that is finding the next.
const NEXT: &str = "";

/// The work of a job.
pub(crate) trait Pieces {
    type Error: Display + Send;
    /// What a piece is known by.
    type Piece: Clone + Display + Eq + Hash + Send + Sync;

    /// The next piece, other than these.
    fn next(
        &self,
        others_than: &[Self::Piece],
    ) -> impl Future<Output = Result<Option<Self::Piece>, Self::Error>> + Send;

    /// Does a piece, or a part of it.
    fn work(&mut self, piece: &Self::Piece) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// Works until the server ends. A piece that fails or panics is put off for longer and longer. Where there is none, this
/// waits until `called`.
pub(crate) async fn work_off<P: Pieces>(
    mut pieces: P,
    (jobs, job): (&Jobs, Job),
    called: &Notify,
    ending: watch::Receiver<bool>,
) {
    let mut put_off: HashMap<P::Piece, Instant> = HashMap::new();
    while !*ending.borrow() {
        let now = Instant::now();
        let waiting: Vec<P::Piece> =
            put_off.iter().filter(|(_, until)| **until > now).map(|(piece, _)| piece.clone()).collect();
        let nap = match pieces.next(&waiting).await {
            Ok(Some(piece)) => {
                let done = match AssertUnwindSafe(pieces.work(&piece)).catch_unwind().await {
                    Ok(done) => done.map_err(|error| error.to_string()),
                    // Not the message of the panic, which may quote the data being processed.
                    Err(_) => Err("it panicked".to_owned()),
                };
                match jobs.note(job, &piece.to_string(), done) {
                    Ok(()) => put_off.remove(&piece),
                    Err(times) => put_off.insert(piece, Instant::now() + wait(times)),
                };
                continue;
            }
            Ok(None) => {
                jobs.is_over(job, NEXT);
                // What could have been found and was not is done, or gone.
                for (piece, _) in put_off.extract_if(|_, until| *until <= now) {
                    jobs.is_over(job, &piece.to_string());
                }
                put_off.values().min().map(|until| *until - now)
            }
            Err(error) => jobs.note::<(), _>(job, NEXT, Err(error)).err().map(wait),
        };
        tokio::select! {
            () = called.notified() => {}
            () = tokio::time::sleep(nap.unwrap_or(Duration::MAX)) => {}
            () = wait_for_end(ending.clone()) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOB: Job = Job::Revocations;

    /// Pieces by name, some of which cannot be done. All are gone after some attempts.
    struct Listed {
        left: Vec<&'static str>,
        tried: Vec<String>,
        attempts: usize,
    }

    impl Pieces for &mut Listed {
        type Error = &'static str;
        type Piece = String;

        async fn next(&self, others_than: &[String]) -> Result<Option<String>, Self::Error> {
            let is_other = |piece: &&&str| !others_than.iter().any(|other| other == **piece);
            Ok(self.left.iter().find(is_other).map(|piece| (*piece).to_owned()))
        }

        async fn work(&mut self, piece: &Self::Piece) -> Result<(), Self::Error> {
            self.tried.push(piece.to_owned());
            let is_gone = |of: &str| of == piece && piece == "z";
            self.left.retain(|left| self.tried.len() < self.attempts && !is_gone(left));
            match piece.as_str() {
                "fails" => Err("no"),
                "panics" => panic!("on purpose"),
                _ => Ok(()),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn r24_a_piece_that_always_fails_keeps_no_other_from_being_done() {
        let (jobs, called, (end, ending)) = (Jobs::default(), Notify::new(), watch::channel(false));
        let mut pieces = Listed { left: vec!["fails", "panics", "z"], tried: Vec::new(), attempts: 7 };
        let seen = async {
            let mut seen = Vec::new();
            for second in 0..20 {
                if !jobs.failing().is_empty() {
                    seen.push(second);
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            end.send_replace(true);
            seen
        };
        let ((), seen) = tokio::join!(work_off(&mut pieces, (&jobs, JOB), &called, ending), seen);
        assert_eq!(pieces.tried, ["fails", "panics", "z", "fails", "panics", "fails", "panics"]);
        // From the third failure, after one and two seconds, until they are found to be gone after another four.
        assert!((3..5).contains(&seen[0]) && (3..6).contains(&seen.len()), "{seen:?}");
    }
}
