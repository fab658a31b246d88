//! Export jobs: a queue that advances once a minute, and its limits.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use strum::IntoStaticStr;

use super::answer::MarketoError;
use super::field::Field;
use super::file::{Content, Format, Summary};
use super::filter::Filter;
use super::limits;
use super::nature::Nature;
use super::world::{World, date};
use crate::clock::Clock;

/// How often the states of jobs change.
const TICK: Duration = Duration::from_secs(60);
const RUNNING_MAX: usize = 2;
/// Jobs that wait or run.
const QUEUED_MAX: usize = 10;
const BYTES_PER_DAY: u64 = 500 * 1024 * 1024;
/// How long jobs are kept, and how long their files.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const FILES_KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The state of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[strum(const_into_str)]
enum Status {
    Created,
    Queued { queued_at: i64 },
    Processing { queued_at: i64, started_at: i64, version: usize },
    Completed { queued_at: i64, started_at: i64, finished_at: i64, version: usize, summary: Summary },
    Cancelled { finished_at: i64 },
}

/// An export job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Job {
    id: String,
    /// Counts the jobs of the instance from 1.
    number: u64,
    /// The API user who created the job; others do not see it.
    owner: String,
    columns: Vec<(Field, String)>,
    format: Format,
    filter: Filter,
    created_at: i64,
    status: Status,
}

impl Job {
    /// The job in the form of the API's responses.
    pub(super) fn describe(&self) -> Value {
        let mut job = json!({
            "exportId": self.id,
            "format": self.format,
            "status": self.status.into_str(),
            "createdAt": date(self.created_at),
        });
        let mut put = |name: &str, time: i64| job[name] = date(time).into();
        match &self.status {
            Status::Created => {}
            Status::Queued { queued_at } => put("queuedAt", *queued_at),
            Status::Processing { queued_at, started_at, .. } => {
                put("queuedAt", *queued_at);
                put("startedAt", *started_at);
            }
            Status::Completed { queued_at, started_at, finished_at, summary, .. } => {
                put("queuedAt", *queued_at);
                put("startedAt", *started_at);
                put("finishedAt", *finished_at);
                job["numberOfRecords"] = summary.number_of_records.into();
                job["fileSize"] = summary.file_size.into();
                job["fileChecksum"] = summary.file_checksum.clone().into();
            }
            Status::Cancelled { finished_at } => put("finishedAt", *finished_at),
        }
        job
    }

    pub(super) fn status(&self) -> &'static str {
        self.status.into_str()
    }

    /// Whether it waits or runs.
    fn is_active(&self) -> bool {
        matches!(self.status, Status::Queued { .. } | Status::Processing { .. })
    }

    fn content(&self, world: &World, version: usize) -> Content {
        Content {
            world: world.clone(),
            version,
            filter: self.filter,
            columns: self.columns.clone(),
            format: self.format,
        }
    }
}

/// The jobs of one instance, the oldest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Exports {
    jobs: Vec<Job>,
    made: u64,
    /// The last minute that was processed.
    tick: i64,
    #[serde(skip, default = "bytes_per_day")]
    pub(super) bytes_per_day: u64,
}

fn bytes_per_day() -> u64 {
    BYTES_PER_DAY
}

impl Default for Exports {
    fn default() -> Self {
        Self { jobs: Vec::new(), made: 0, tick: 0, bytes_per_day: bytes_per_day() }
    }
}

impl Exports {
    /// Advances the jobs to the current time: every minute the running ones finish, and the next ones start. Returns
    /// the sizes of the files that were finished.
    pub(super) fn advance(&mut self, world: &World, clock: &Clock) -> Vec<u64> {
        let now = clock.now();
        let span = clock.span(TICK);
        let mut finished = Vec::new();
        while self.tick < now.div_euclid(span) {
            if !self.jobs.iter().any(Job::is_active) {
                self.tick = now.div_euclid(span);
                break;
            }
            self.tick += 1;
            let time = self.tick * span;
            for job in &mut self.jobs {
                if let Status::Processing { queued_at, started_at, version } = job.status {
                    let summary = job.content(world, version).summary();
                    finished.push(summary.file_size);
                    job.status =
                        Status::Completed { queued_at, started_at, finished_at: time, version, summary };
                }
            }
            let waiting = self.jobs.iter_mut().filter_map(|job| match job.status {
                Status::Queued { queued_at } => Some((queued_at, job)),
                _ => None,
            });
            let mut waiting: Vec<_> = waiting.collect();
            waiting.sort_by_key(|(queued_at, _)| *queued_at);
            for (queued_at, job) in waiting.into_iter().take(RUNNING_MAX) {
                job.status = Status::Processing { queued_at, started_at: time, version: world.version() };
            }
        }
        let kept = clock.span(KEPT);
        self.jobs.retain(|job| match job.status {
            Status::Completed { finished_at, .. } | Status::Cancelled { finished_at } => {
                now - finished_at < kept
            }
            _ => now - job.created_at < kept,
        });
        finished
    }

    pub(super) fn create(
        &mut self,
        owner: &str,
        request: &Value,
        nature: Nature,
        clock: &Clock,
    ) -> Result<&Job, MarketoError> {
        self.check_quota(clock)?;
        let fields = request["fields"].as_array().filter(|fields| !fields.is_empty());
        let fields = fields.ok_or_else(|| MarketoError::saying(1003, "fields must be specified"))?;
        let headers = &request["columnHeaderNames"];
        let column = |name: &Value| {
            let name = name.as_str().unwrap_or_default();
            let field = nature
                .field(name)
                .map_err(|_| MarketoError::saying(1003, format!("Invalid field '{name}'")))?;
            Ok((field, headers[field.into_str()].as_str().unwrap_or(field.into_str()).to_owned()))
        };
        let columns = fields.iter().map(column).collect::<Result<_, MarketoError>>()?;
        let format = match &request["format"] {
            Value::Null => Format::default(),
            format => serde_json::from_value(format.clone())
                .map_err(|_| MarketoError::saying(1003, "format must be one of CSV, TSV, SSV"))?,
        };
        let none = Map::new();
        let filter = request["filter"].as_object().unwrap_or(&none);
        let filter = Filter::read(filter, nature.has_recent_filters(), clock.now())?;
        self.made += 1;
        let created_at = clock.now();
        let id = format!("{:08x}-{:04x}-4{:03x}-a000-{:012x}", self.made, 0x5e, 0xb1, created_at);
        self.jobs.push(Job {
            id,
            number: self.made,
            owner: owner.to_owned(),
            columns,
            format,
            filter,
            created_at,
            status: Status::Created,
        });
        let index = self.jobs.len() - 1;
        Ok(&self.jobs[index])
    }

    pub(super) fn enqueue(&mut self, owner: &str, id: &str, clock: &Clock) -> Result<&Job, MarketoError> {
        let active = self.jobs.iter().filter(|job| job.is_active()).count();
        if active == 0 {
            self.tick = clock.now().div_euclid(clock.span(TICK));
        }
        let quota = self.check_quota(clock);
        let job = self.find(owner, id)?;
        if job.status != Status::Created {
            return Err(MarketoError::saying(1029, "Job already queued"));
        }
        if active >= QUEUED_MAX {
            return Err(MarketoError::new(1029));
        }
        quota?;
        job.status = Status::Queued { queued_at: clock.now() };
        Ok(job)
    }

    pub(super) fn cancel(&mut self, owner: &str, id: &str, clock: &Clock) -> Result<&Job, MarketoError> {
        let job = self.find(owner, id)?;
        match job.status {
            Status::Completed { .. } | Status::Cancelled { .. } => {
                Err(MarketoError::saying(1029, "Job is already completed"))
            }
            _ => {
                job.status = Status::Cancelled { finished_at: clock.now() };
                Ok(job)
            }
        }
    }

    pub(super) fn get(&mut self, owner: &str, id: &str) -> Result<&Job, MarketoError> {
        self.find(owner, id).map(|job| &*job)
    }

    /// The jobs of an API user.
    pub(super) fn list(&self, owner: &str) -> impl Iterator<Item = &Job> {
        self.jobs.iter().filter(move |job| job.owner == owner)
    }

    /// The file of a finished job, and its size; `None` for a file that is not there, or no longer.
    pub(super) fn file(
        &self,
        owner: &str,
        id: &str,
        nature: Nature,
        world: &World,
        clock: &Clock,
    ) -> Option<(Content, u64)> {
        let job = self.jobs.iter().find(|job| job.id == id && job.owner == owner)?;
        let Status::Completed { finished_at, version, summary, .. } = &job.status else { return None };
        let is_kept = clock.now() - finished_at < clock.span(FILES_KEPT) && !nature.lacks_file(job.number);
        is_kept.then(|| (job.content(world, *version), summary.file_size))
    }

    fn find(&mut self, owner: &str, id: &str) -> Result<&mut Job, MarketoError> {
        self.jobs
            .iter_mut()
            .find(|job| job.id == id && job.owner == owner)
            .ok_or_else(|| MarketoError::new(610))
    }

    fn check_quota(&self, clock: &Clock) -> Result<(), MarketoError> {
        let today = limits::day(clock.now(), clock);
        let size = |job: &Job| match &job.status {
            Status::Completed { finished_at, summary, .. } if limits::day(*finished_at, clock) == today => {
                summary.file_size
            }
            _ => 0,
        };
        if self.jobs.iter().map(size).sum::<u64>() >= self.bytes_per_day {
            return Err(MarketoError::saying(1029, "Export daily quota exceeded"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::filter::RANGE_MAX;
    use super::*;
    use crate::people::People;

    const NOW: i64 = 1_700_000_040_000;

    fn request() -> Value {
        json!({
            "fields": ["id", "email"],
            "filter": {"createdAt": {"startAt": date(NOW - RANGE_MAX), "endAt": date(NOW)}},
        })
    }

    fn start() -> (World, Clock, Exports) {
        (World::new(People::new(1_000, NOW), Vec::new()), Clock::standing(NOW, 1), Exports::default())
    }

    fn queue(exports: &mut Exports, clock: &Clock) -> Result<String, MarketoError> {
        let id = exports.create("me", &request(), Nature::Whole, clock)?.id.clone();
        exports.enqueue("me", &id, clock).map(|job| job.id.clone())
    }

    #[test]
    fn r12_two_jobs_run_and_ten_wait() {
        let (world, clock, mut exports) = start();
        let ids: Vec<_> = (0..10).map(|_| queue(&mut exports, &clock).unwrap()).collect();
        assert_eq!(queue(&mut exports, &clock).unwrap_err(), MarketoError::new(1029));
        let mut seen = Vec::new();
        for _ in 0..4 {
            exports.advance(&world, &clock);
            seen.push(exports.get("me", &ids[2]).unwrap().status());
            clock.advance(TICK);
        }
        assert_eq!(seen, ["Queued", "Queued", "Processing", "Completed"]);
        clock.advance(TICK * 2);
        exports.advance(&world, &clock);
        assert_eq!(exports.list("me").filter(|job| job.status() == "Completed").count(), 10);
        assert_eq!(exports.get("you", &ids[0]).unwrap_err().code, 610);
        clock.advance(KEPT);
        exports.advance(&world, &clock);
        assert_eq!(exports.get("me", &ids[0]).unwrap_err().code, 610);
    }

    #[test]
    fn r12_a_quota_of_bytes_a_day() {
        let (world, clock, mut exports) = start();
        exports.bytes_per_day = 10;
        queue(&mut exports, &clock).unwrap();
        clock.advance(TICK * 2);
        assert_eq!(exports.advance(&world, &clock).len(), 1);
        let refused = queue(&mut exports, &clock).unwrap_err();
        assert_eq!(refused, MarketoError::saying(1029, "Export daily quota exceeded"));
        clock.advance(Duration::from_secs(24 * 60 * 60));
        queue(&mut exports, &clock).unwrap();
    }
}
