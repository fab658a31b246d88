//! The people of the sales account.

use std::collections::{BTreeMap, HashMap};

use api_types::{PersonField, SyncOutcome, SyncRunId, SyncedPerson, SyncedPersonQuery};
use sha2::{Digest as _, Sha256};
use sqlx::FromRow;

use super::add_people;
use crate::db::long_list::{Direction, LongList, Total};
use crate::db::search::{self, Merging};
use crate::db::{AccountId, Builder, Conn, DbResult, accounts, from_text, statement, text};
use crate::platform::clock::Millis;
use crate::platform::text::unaccented;

/// A person who qualifies, with clean values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) marketo_id: i64,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) company: String,
    pub(crate) title: String,
    pub(crate) phone_number: String,
    pub(crate) linkedin_url: String,
    pub(crate) source: String,
    pub(crate) salesforce_contact_id: Option<String>,
    pub(crate) salesforce_lead_id: Option<String>,
    pub(crate) salesforce_account_id: Option<String>,
    pub(crate) salesforce_opportunity_id: Option<String>,
}

impl Person {
    /// The value of a field; `None` for an empty one.
    pub(crate) fn value(&self, field: PersonField) -> Option<String> {
        let text = |value: &String| (!value.is_empty()).then(|| value.clone());
        match field {
            PersonField::FirstName => text(&self.first_name),
            PersonField::LastName => text(&self.last_name),
            PersonField::SalesforceContactId => self.salesforce_contact_id.clone(),
            PersonField::SalesforceLeadId => self.salesforce_lead_id.clone(),
            PersonField::SalesforceAccountId => self.salesforce_account_id.clone(),
            PersonField::SalesforceOpportunityId => self.salesforce_opportunity_id.clone(),
            PersonField::MarketoId => Some(self.marketo_id.to_string()),
            PersonField::Company => text(&self.company),
            PersonField::Title => text(&self.title),
            PersonField::Email => text(&self.email),
            PersonField::PhoneNumber => text(&self.phone_number),
            PersonField::LinkedinUrl => text(&self.linkedin_url),
            PersonField::Source => text(&self.source),
        }
    }
}

/// What is stored of a person who is in the account already.
#[derive(Clone, Debug)]
pub(crate) struct KnownPerson {
    pub(crate) fingerprint: i64,
    pub(crate) outcome: SyncOutcome,
    pub(crate) pass_id: SyncRunId,
    pub(crate) opportunity_id: Option<String>,
}

/// Those of some people who are there already, by their ids in Marketo.
pub(crate) async fn known(
    conn: &mut Conn,
    account_id: &AccountId,
    ids: impl IntoIterator<Item = i64>,
) -> DbResult<HashMap<i64, KnownPerson>> {
    let mut select = Builder::new(
        "SELECT marketo_id, fingerprint, outcome, pass_id, salesforce_opportunity_id FROM synced_people",
    );
    push_ids(&mut select, account_id, ids);
    let rows: Vec<(i64, i64, String, SyncRunId, Option<String>)> = select.build().all(conn).await?;
    let known = rows.into_iter().map(|(id, fingerprint, outcome, pass_id, opportunity_id)| {
        Ok((id, KnownPerson { fingerprint, outcome: from_text(&outcome)?, pass_id, opportunity_id }))
    });
    known.collect()
}

fn push_ids(builder: &mut Builder, account_id: &AccountId, ids: impl IntoIterator<Item = i64>) {
    builder.push(" WHERE account_id = ").push_bind(account_id);
    builder.push(" AND marketo_id IN (");
    let mut list = builder.separated(", ");
    for id in ids {
        list.push_bind(id);
    }
    builder.push(")");
}

/// Hash of a person's values, for detecting changes.
pub(crate) fn fingerprint(person: &Person) -> i64 {
    let id = |id: &Option<String>| id.clone().unwrap_or_default();
    let values = [
        person.first_name.as_str(),
        &person.last_name,
        &person.email,
        &person.company,
        &person.title,
        &person.phone_number,
        &person.linkedin_url,
        &person.source,
        &id(&person.salesforce_contact_id),
        &id(&person.salesforce_lead_id),
        &id(&person.salesforce_account_id),
        &id(&person.salesforce_opportunity_id),
    ];
    let hash = Sha256::digest(values.join("\0").as_bytes());
    hash.iter().take(8).fold(0, |number, byte| (number << 8) | i64::from(*byte))
}

/// A person as stored by a pass.
pub(crate) struct StoredPerson {
    pub(crate) person: Person,
    pub(crate) fingerprint: i64,
    pub(crate) outcome: SyncOutcome,
}

/// Stores people who are new or changed, at most [`crate::db::ROWS_PER_STATEMENT`].
pub(crate) async fn upsert(
    conn: &mut Conn,
    account_id: &AccountId,
    pass_id: &SyncRunId,
    people: &[StoredPerson],
    now: Millis,
) -> DbResult<()> {
    if people.is_empty() {
        return Ok(());
    }
    // PostgreSQL refuses to update a row twice in one statement: the last of the same person counts.
    let people = people.iter().map(|stored| (stored.person.marketo_id, stored)).collect::<BTreeMap<_, _>>();
    let people: Vec<_> = people.into_values().collect();
    let outcomes = people.iter().map(|stored| text(stored.outcome)).collect::<DbResult<Vec<_>>>()?;
    let mut insert = Builder::new(
        "INSERT INTO synced_people (account_id, marketo_id, first_name, last_name, email, company, title, phone_number,
         linkedin_url, source, salesforce_contact_id, salesforce_lead_id, salesforce_account_id,
         salesforce_opportunity_id, search_text, fingerprint, outcome, pass_id, synced_at) ",
    );
    insert.push_values(people.iter().zip(outcomes), |mut values, (stored, outcome)| {
        let person = &stored.person;
        let name = people::names::searchable(&person.first_name, &person.last_name);
        let search = format!("{name} {}", person.email);
        values
            .push_bind(account_id)
            .push_bind(person.marketo_id)
            .push_bind(person.first_name.clone())
            .push_bind(person.last_name.clone())
            .push_bind(person.email.clone())
            .push_bind(person.company.clone())
            .push_bind(person.title.clone())
            .push_bind(person.phone_number.clone())
            .push_bind(person.linkedin_url.clone())
            .push_bind(person.source.clone())
            .push_bind(person.salesforce_contact_id.clone())
            .push_bind(person.salesforce_lead_id.clone())
            .push_bind(person.salesforce_account_id.clone())
            .push_bind(person.salesforce_opportunity_id.clone())
            .push_bind(unaccented(&search))
            .push_bind(stored.fingerprint)
            .push_bind(outcome)
            .push_bind(pass_id)
            .push_bind(now.0);
    });
    insert.push(
        " ON CONFLICT (account_id, marketo_id) DO UPDATE SET first_name = excluded.first_name,
          last_name = excluded.last_name, email = excluded.email, company = excluded.company, title = excluded.title,
          phone_number = excluded.phone_number, linkedin_url = excluded.linkedin_url, source = excluded.source,
          salesforce_contact_id = excluded.salesforce_contact_id,
          salesforce_lead_id = excluded.salesforce_lead_id,
          salesforce_account_id = excluded.salesforce_account_id,
          salesforce_opportunity_id = excluded.salesforce_opportunity_id, search_text = excluded.search_text,
          fingerprint = excluded.fingerprint, outcome = excluded.outcome, pass_id = excluded.pass_id,
          synced_at = excluded.synced_at",
    );
    insert.build().execute(conn).await?;
    Ok(())
}

/// Marks people as met by a pass, with its outcome for them; `None` for no change.
pub(crate) async fn touch(
    conn: &mut Conn,
    account_id: &AccountId,
    pass_id: &SyncRunId,
    ids: &[i64],
    outcome: Option<SyncOutcome>,
    now: Millis,
) -> DbResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut update = Builder::new("UPDATE synced_people SET pass_id = ");
    update.push_bind(pass_id);
    if let Some(outcome) = outcome {
        update.push(", outcome = ").push_bind(text(outcome)?).push(", synced_at = ").push_bind(now.0);
    }
    push_ids(&mut update, account_id, ids.iter().copied());
    update.build().execute(conn).await?;
    Ok(())
}

/// Deletes people, and returns how many there were.
pub(crate) async fn delete(conn: &mut Conn, account_id: &AccountId, ids: &[i64]) -> DbResult<i64> {
    if ids.is_empty() {
        return Ok(0);
    }
    let mut delete = Builder::new("DELETE FROM synced_people");
    push_ids(&mut delete, account_id, ids.iter().copied());
    let gone = delete.build().execute(&mut *conn).await?;
    left(conn, account_id, gone).await
}

/// Those of the next `limit` people behind `after` whom a pass did not meet, by their ids in Marketo, and the last of all that were
/// looked at; `None` if there are none.
pub(crate) async fn unmet(
    conn: &mut Conn,
    account_id: &AccountId,
    pass_id: &SyncRunId,
    after: i64,
    limit: usize,
) -> DbResult<Option<(Vec<i64>, i64)>> {
    let people: Vec<(i64, SyncRunId)> = statement(
        "SELECT marketo_id, pass_id FROM synced_people WHERE account_id = $1 AND marketo_id > $2
          ORDER BY marketo_id LIMIT $3",
    )
    .bind(account_id)
    .bind(after)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .all(conn)
    .await?;
    let Some((last, _)) = people.last() else { return Ok(None) };
    let last = *last;
    let ids = people.into_iter().filter(|(_, met_by)| met_by != pass_id).map(|(id, _)| id).collect();
    Ok(Some((ids, last)))
}

/// What a portion of [`delete_others`] did.
pub(crate) struct Tidied {
    pub(crate) removed: i64,
    /// The last person that it looked at; `None` if that was the last one of all.
    pub(crate) last: Option<i64>,
}

/// Looks at the next `limit` people behind `after`, and deletes those whom a complete pass did not meet. The index of the
/// search is left as it is: by itself it would merge a page for each person who leaves, again and again the whole index.
/// [`tidy_search`] is for afterwards.
pub(crate) async fn delete_others(
    conn: &mut Conn,
    account_id: &AccountId,
    pass_id: &SyncRunId,
    after: i64,
    limit: u32,
) -> DbResult<Tidied> {
    let last: Option<(i64,)> = statement(
        "SELECT marketo_id FROM synced_people WHERE account_id = $1 AND marketo_id > $2
          ORDER BY marketo_id LIMIT 1 OFFSET $3",
    )
    .bind(account_id)
    .bind(after)
    .bind(limit.saturating_sub(1))
    .optional(&mut *conn)
    .await?;
    let last = last.map(|(id,)| id);
    search::set_merging(conn, SEARCH, Merging::Off).await?;
    let gone = statement(
        "DELETE FROM synced_people WHERE account_id = $1 AND marketo_id > $2 AND marketo_id <= $3 AND pass_id <> $4",
    )
    .bind(account_id)
    .bind(after)
    .bind(last.unwrap_or(i64::MAX))
    .bind(pass_id)
    .execute(&mut *conn)
    .await?
    ;
    search::set_merging(conn, SEARCH, Merging::On).await?;
    Ok(Tidied { removed: left(conn, account_id, gone).await?, last })
}

/// Takes people who have left out of the index of the search, some pages of it at a time. Returns whether there is more to
/// do.
pub(crate) async fn tidy_search(conn: &mut Conn, pages: u32) -> DbResult<bool> {
    search::merge(conn, SEARCH, pages).await
}

async fn left(conn: &mut Conn, account_id: &AccountId, gone: u64) -> DbResult<i64> {
    let gone = i64::try_from(gone).unwrap_or(i64::MAX);
    add_people(conn, account_id, -gone).await?;
    Ok(gone)
}

/// Counts people who were deleted.
pub(in crate::db) async fn went(conn: &mut Conn, account_id: &AccountId, gone: u64) -> DbResult<()> {
    left(conn, account_id, gone).await.map(drop)
}

/// Counts people who were added.
pub(crate) async fn came(conn: &mut Conn, account_id: &AccountId, people: i64) -> DbResult<()> {
    add_people(conn, account_id, people).await
}

#[derive(FromRow)]
struct Row {
    marketo_id: i64,
    first_name: String,
    last_name: String,
    email: String,
    company: String,
    title: String,
    phone_number: String,
    linkedin_url: String,
    source: String,
    salesforce_contact_id: Option<String>,
    salesforce_lead_id: Option<String>,
    salesforce_account_id: Option<String>,
    salesforce_opportunity_id: Option<String>,
    outcome: String,
    synced_at: i64,
}

impl Row {
    fn into_person(self) -> DbResult<SyncedPerson> {
        Ok(SyncedPerson {
            marketo_id: u64::try_from(self.marketo_id).unwrap_or(0),
            outcome: from_text(&self.outcome)?,
            synced_at: Millis(self.synced_at).timestamp(),
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            company: self.company,
            title: self.title,
            phone_number: self.phone_number,
            linkedin_url: self.linkedin_url,
            source: self.source,
            salesforce_contact_id: self.salesforce_contact_id,
            salesforce_lead_id: self.salesforce_lead_id,
            salesforce_account_id: self.salesforce_account_id,
            salesforce_opportunity_id: self.salesforce_opportunity_id,
        })
    }
}

/// The index of the search.
const SEARCH: &str = "synced_people_search";

/// The first number beyond those that Marketo gives people.
const IDS_END: i64 = 1 << 40;

/// People by their numbers in Marketo, and how many there are. `after` is the last number of the page before.
pub(crate) async fn list(
    conn: &mut Conn,
    account_id: &AccountId,
    query: &SyncedPersonQuery,
    after: Option<i64>,
    limit: u32,
) -> DbResult<(Vec<SyncedPerson>, Total)> {
    let outcome = query.outcome.map(text).transpose()?;
    let filters: Vec<_> = outcome.iter().map(|outcome| ("outcome", outcome.as_str())).collect();
    let list = LongList {
        table: "synced_people",
        key: "marketo_id",
        direction: Direction::Ascending,
        index: SEARCH,
        offset: accounts::number(conn, account_id).await? * IDS_END,
        account_id,
        size: Some(super::schedule(conn, account_id).await?.people()),
        filters: &filters,
    };
    let (ids, total) = list.page(conn, query.search.as_deref(), 0..IDS_END, after, limit).await?;
    if ids.is_empty() {
        return Ok((Vec::new(), total));
    }
    let mut select = Builder::new(
        "SELECT marketo_id, first_name, last_name, email, company, title, phone_number, linkedin_url, source,
                salesforce_contact_id, salesforce_lead_id, salesforce_account_id, salesforce_opportunity_id, outcome,
                synced_at
           FROM synced_people",
    );
    push_ids(&mut select, account_id, ids);
    select.push(" ORDER BY marketo_id");
    let rows: Vec<Row> = select.build().all(conn).await?;
    Ok((rows.into_iter().map(Row::into_person).collect::<DbResult<_>>()?, total))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::db::test::sqlite_database;

    /// The segments of the index of the search.
    async fn segments(conn: &mut Conn) -> BTreeSet<i64> {
        let segments: Vec<(i64,)> =
            statement("SELECT DISTINCT segid FROM synced_people_search_idx").all(conn).await.unwrap();
        segments.into_iter().map(|(segment,)| segment).collect()
    }

    async fn store(conn: &mut Conn, account: &AccountId, ids: std::ops::Range<i64>) {
        let person = |id: i64| StoredPerson {
            person: Person { marketo_id: id, email: format!("p{id}@example.com"), ..Person::default() },
            fingerprint: id,
            outcome: SyncOutcome::Created,
        };
        let people: Vec<StoredPerson> = ids.map(person).collect();
        upsert(conn, account, &SyncRunId("before".to_owned()), &people, Millis(0)).await.unwrap();
        came(conn, account, i64::try_from(people.len()).unwrap()).await.unwrap();
    }

    async fn found(conn: &mut Conn, account: &AccountId) -> Total {
        let query = SyncedPersonQuery { search: Some("EXAMPLE".to_owned()), ..SyncedPersonQuery::default() };
        list(conn, account, &query, None, 10).await.unwrap().1
    }

    #[tokio::test]
    async fn r12_whom_a_pass_did_not_meet_is_found_portion_by_portion() -> DbResult<()> {
        let (db, account, _folder) = sqlite_database().await;
        let mut tx = db.write().await?;
        store(&mut tx, &account, 1..7).await;
        let now = SyncRunId("now".to_owned());
        touch(&mut tx, &account, &now, &[2, 3], None, Millis(0)).await?;
        assert_eq!(unmet(&mut tx, &account, &now, i64::MIN, 4).await?, Some((vec![1, 4], 4)));
        assert_eq!(unmet(&mut tx, &account, &now, 4, 4).await?, Some((vec![5, 6], 6)));
        assert_eq!(unmet(&mut tx, &account, &now, 6, 4).await?, None);
        Ok(())
    }

    #[tokio::test]
    async fn r20_people_who_leave_are_no_reason_to_read_the_index_of_the_search() -> DbResult<()> {
        let (db, account, _folder) = sqlite_database().await;
        let mut tx = db.write().await?;
        for first in (0..3_000).step_by(1_000) {
            store(&mut tx, &account, first..first + 1_000).await;
        }
        tx.commit().await?;
        let mut tx = db.write().await?;
        let (before, now) = (segments(&mut tx).await, SyncRunId("now".to_owned()));
        let mut after = Some(-1);
        while let Some(last) = after {
            let tidied = delete_others(&mut tx, &account, &now, last, 1_000).await?;
            after = tidied.last;
            assert_eq!(segments(&mut tx).await, before);
        }
        assert_eq!(found(&mut tx, &account).await, Total::Exactly(0));
        tx.commit().await?;

        let mut tx = db.write().await?;
        while tidy_search(&mut tx, 1).await? {}
        let left = segments(&mut tx).await;
        assert!(left.is_disjoint(&before) && left.len() < before.len(), "{left:?}");
        Ok(())
    }
}
